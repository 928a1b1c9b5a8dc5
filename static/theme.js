// Before the page is painted: the theme that was chosen on this device.
"use strict";
try {
  const theme = localStorage.getItem("chit-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* without storage the system's theme holds */ }
