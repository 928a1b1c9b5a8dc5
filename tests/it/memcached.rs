//! A memcached server of one test's own, that can be hung, killed, started again and lied into.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

pub struct Memcached {
    child: Option<Child>,
    port: u16,
}

impl Memcached {
    /// A running server, or nothing and a loud word where the program is not installed.
    pub fn start() -> Option<Self> {
        for _ in 0..10 {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
            let mut server = Self { child: None, port };
            if !server.installed() {
                eprintln!("SKIPPED: memcached is not installed; run: apt-get install memcached");
                return None;
            }
            if server.spawn() {
                return Some(server);
            }
        }
        panic!("memcached did not start on any of ten ports");
    }

    pub fn url(&self) -> String {
        format!("memcache://127.0.0.1:{}", self.port)
    }

    /// It stops answering, but its port stays open.
    pub fn hang(&self) {
        kill(self.pid(), Signal::SIGSTOP).unwrap();
    }

    pub fn go_on(&self) {
        kill(self.pid(), Signal::SIGCONT).unwrap();
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it again, empty, on the same port.
    pub fn start_again(&mut self) {
        self.kill();
        assert!(self.spawn(), "memcached did not start again on port {}", self.port);
    }

    pub fn empty(&self) {
        assert_eq!(self.say("flush_all\r\n".into()), "OK");
    }

    pub fn put(&self, key: &str, value: &[u8]) {
        let head = format!("set {key} 0 0 {}\r\n", value.len());
        assert_eq!(self.say([head.as_bytes(), value, b"\r\n"].concat()), "STORED");
    }

    pub fn get(&self, key: &str) -> Option<String> {
        let (mut stream, head) = self.ask(format!("get {key}\r\n").into_bytes()).unwrap();
        let length: usize = head.strip_prefix("VALUE ")?.rsplit(' ').next()?.parse().unwrap();
        let mut value = vec![0; length];
        stream.read_exact(&mut value).unwrap();
        Some(String::from_utf8(value).unwrap())
    }

    /// Seconds until the entry ends; -1 is never.
    pub fn seconds_left(&self, key: &str) -> Option<i64> {
        self.say(format!("mg {key} t\r\n").into_bytes()).strip_prefix("HD t")?.parse().ok()
    }

    fn installed(&self) -> bool {
        Command::new("memcached")
            .arg("-V")
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    fn spawn(&mut self) -> bool {
        let mut command = Command::new("memcached");
        if nix::unistd::geteuid().is_root() {
            command.args(["-u", "nobody"]);
        }
        let port = self.port.to_string();
        command.args(["-l", "127.0.0.1", "-U", "0", "-p", &port]).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap().is_some();
            if ended {
                break;
            }
            if self.ask(b"version\r\n".to_vec()).is_ok_and(|(_, line)| line.starts_with("VERSION")) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.kill();
        false
    }

    fn say(&self, command: Vec<u8>) -> String {
        self.ask(command).unwrap().1
    }

    fn ask(&self, command: Vec<u8>) -> std::io::Result<(BufReader<TcpStream>, String)> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(&command)?;
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        Ok((reader, line.trim_end().to_owned()))
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.as_ref().unwrap().id().try_into().unwrap())
    }
}

impl Drop for Memcached {
    fn drop(&mut self) {
        self.kill();
    }
}
