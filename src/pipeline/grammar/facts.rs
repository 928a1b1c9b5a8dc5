//! What the language says whatever the menu: the words around dishes. No dish is named here.

use super::phrasebook::Phrasebook;
use crate::pipeline::{Amount, PhraseKind};

/// What a phrase does to the words around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fact {
    /// Says nothing about the order.
    Says(PhraseKind),
    /// Asks for a dish: "I'd like", "gimme".
    Wants,
    /// A number of pieces.
    Number(u32),
    /// "a": one, if nothing else is said.
    Article,
    /// "x" beside a number.
    Times,
    /// Begins an option or note of this amount.
    Takes(Amount),
    /// Ends an option with this amount: "mayo on the side" is a note, "onions left off" a "no".
    Left(Amount),
    /// "swap … for …"
    Swap,
    /// "… instead of …"
    InsteadOf,
    /// "instead", after its option.
    Instead,
    /// Joins.
    And,
    /// A word of preparation that is a note by itself.
    Prepared,
    /// Another wording of an option with this name; a note where the menu has none.
    Means(&'static str),
    /// Put on or into a dish, and asked for with one only: a note, where the menu has no option for it.
    Condiment,
    /// "of them"
    OfThem,
    /// "on one of them": the options before it are for so many.
    OnSome(u32),
    /// "both", "each", "all"
    Each,
    /// "the other"
    Other,
    /// "on the other": what was just said is for the rest.
    OnOther,
    /// "the first": one of several.
    Ordinal,
    /// "the same": what was named last, once more.
    Same,
    /// "another": one more
    Another,
    /// "none": none of what was just said
    NoneOfIt,
    /// "regular", "plain": nothing changed
    Plain,
    /// "portion of", "pump of"
    Measure,
    /// "shots" after a number
    Shots,
    /// "make that", "no wait"
    Correction,
    /// Fetched by the customer.
    Pickup,
    /// Brought to the customer.
    Delivery,
    /// Brought to what follows.
    DeliverTo,
    /// Eaten here.
    DineIn,
    /// Eaten at the table of the number that follows.
    Table,
    /// A moment by itself: "tonight".
    Moment,
    /// A moment follows: "at", "by".
    At,
    /// A length of time follows.
    In,
    /// A unit that makes a time of the number before it.
    TimeUnit,
    /// A unit that makes a size of the number before it.
    SizeUnit,
    /// "for": a name, a place or a time follows, or whom it is for.
    For,
    /// A name follows.
    NameIs,
    /// Somebody who is meant to have it: "me", "my sister".
    Somebody,
    /// Ends a street: "Lane".
    Street,
    /// Food must not have something.
    Allergy,
    /// "should be", "as": what follows is said of what went before.
    Being,
    /// An adjective: of the dish behind it, or of the one before.
    Describes,
    /// Beside the dish: makes a note of the words before it.
    Aside,
    /// How often the dish before it is asked for: "twice".
    Often(u32),
    /// A name follows: "Mrs".
    Title,
    /// Where to find the customer, or what rings for them; a name or number may follow.
    Spot,
    /// "make it": a correction when a number or a dish follows.
    MakeIt,
    /// Only this.
    Only,
    /// Two dishes in one: a person must look at it.
    HalfAndHalf,
    /// The customer tells something: unknown words beside it are no dish.
    Talk,
    /// Begins what shall be done to a dish: "write", "leave some room".
    Instructs,
}

const SAYS: &[(PhraseKind, &str)] = &[
    (
        PhraseKind::Greeting,
        "ciao|salut|konnichiwa|sawasdee|sawasdee ka|sawasdee krap|marhaba|ahlan|annyeong|salam alaikum|assalamu alaikum|aloha|merhaba|ni hao|servus|moin|buongiorno|buonasera|buenos dias|buenas tardes|buenas|buenas noches|dear|bonsoir|bonjour|guten tag|hallo zusammen|evening all|hi all|hello all|dear all|dear people|hallo|hi|hi there|hiya|hello|hello there|hey|hey there|hey guys|hi guys|yo|hola|howdy|good morning|good \
         evening|good afternoon|good day|morning|evening|afternoon|greetings|sup|whats up|what's up|sup man|evening guys|\
         evenin|mornin|evening boss|evenin boss|hi love|hello love|hiya love|salaam|salam|hullo|wotcha|hi team|hello team|dear team|how are you|how are you doing|how we doin|how we doing|how are we|how are we doing|how are things|hows things|how you doing|how do you do|hope you are well|hope you're well|how's it goin|how's it going",
    ),
    (
        PhraseKind::Thanks,
        "you guys are the best|you're the best|you are the best|ur the best|you lot are the best|you rock|you guys rock|you're a star|you're a legend|you're legends|you legends|lifesaver|lifesavers|you're a lifesaver|thanks a million|thanks a bunch|thanks heaps|thanks loads|god bless|bless you|bless|heard great things|heard good things|shukran|shukran jazilan|grazie|grazie mille|danke|danke schon|vielen dank|obrigado|obrigada|arigato|arigatou|khob khun ka|khob khun krap|xie xie|spasibo|dank je|dank u|tack|tesekkurler|merci beaucoup|muchas gracias|thanks ever so|thank you ever so much|thanking you|thank you kindly|thanks kindly|thanks|thank you|thanks a lot|thank you so much|thank you very much|many thanks|thanku|thankyou|ty xx|thx|ty|tysm|cheers|ta|\
         much appreciated|appreciate it|appreciate this|kind regards|best regards|regards|best wishes|best|\
         gracias|merci|thanks in advance|thanks so much|xx|x o x o|xoxo",
    ),
    (
        PhraseKind::Filler,
        "if it's not too late|if it isn't too late|if not too late|hope it's not too late|hope that's ok|hope thats ok|hope that is ok|would be great|would be lovely|would be nice|would be perfect|would be amazing|would be good|would be awesome|would be wonderful|would be brilliant|would be fab|would be ideal|would be fantastic|would be much appreciated|would be appreciated|would hit the spot|would do nicely|would do me|something|anything|nothing|put it|put it all|put them|put that|what do i want|what should i get|what shall i get|what shall i have|what should i have|what do i feel like|what am i having|per favore|s'il vous plait|svp|bitte|por fa|quick one|yall|y'all|ill av|beautiful weather today|have a great day|have a good day|have a nice day|have a great one|have a good one|have a good evening|have a nice evening|have a great evening|have a lovely day|have a great night|have a wonderful day|it's been a long night|its been a day|it's been a day|been a day|what a day|been a week|it's been a week|one of those days|doctor's orders|doctors orders|it's been one of those days|its been a long day|been a long day|a long day|a long night|grub|some grub|nosh|scran|munchies|some bits|a few bits|goodies|some goodies|bits and bobs|please|pls|plz|plse|por favor|ok|okay|so|well|um|uh|uhh|uhhh|er|erm|hmm|lol|haha|hahaha|just|actually|\
         also|then|right|yes|yeah|yep|yup|ya|oh|ooh|ah|again|too|as well|that's it|thats all|that's all|that'll be all|\
         that is all|that will be all|thats everything|needed|required|necessary|nothing else|for now|guys|mate|man|dude|bro|today|the|i|we|us|we are|we're|like|my order is|order|my order|\
         here is my order|here's my order|the following|lets see|let's see|i think|i guess|maybe|some|that|it|them|\
         when you can|when you get a chance|when you get a sec|when you have a moment|if possible|if you can|kindly|\
         quick order|new order|lunch order|dinner order|order please|ordering|ordering here|\
         total|in total|altogether|to order|to eat|to drink|drink|drinks|food|are|been|of|me|\
         in it|on it|to it|on that|on them|there|in there|added|on|i like|thing|stuff|ones|one of your|rn|tho|btw|wait for it|over|round|anymore|any more|together|flavor|flavour|flavored|flavoured|flavoring|flavouring|flavors|flavours|infused|spice|spiciness|heat|spice level|heat level|sort|kind|go on|yum|can i|ill|here|\
         have it|have them|get it|get them|get that|have that|\
         not now|one of each|office party|garden party|boat party|birthday party|pool party|house party|party|birthday|kids birthday|meeting|picnic|anniversary|lunch|dinner|breakfast|brunch|meal|snack|supper|team lunch|late lunch|lunch here|cheat day|cheat meal|treat|last minute|last minute one|last one|pre order|preorder|pre|\
         come|i come|we come|coming|i will come|i'll come|i am coming|arriving|i get there|running late|walk over|thank u|omg|tbh|pretty please|pretty|bye|bye bye|hey hey|can't wait|namaste|\
         absolutely|definitely|certainly|probably|perhaps|honestly|seriously|un momento|one moment|one sec|one second|just a sec|just a second|just a moment|give me a second|give me a sec|excuse me|alrighty|all righty|alright|all right|alright then|okey dokey|cool|awesome|great|perfect|sounds good|wonderful|if that's okay|if that's ok|if that's alright|if it's possible|if it is possible|if you don't mind|if you dont mind|if that works|if you could|if you would|if you wouldn't mind|if at all possible|totally|completely|basically|literally|on top|on top of it|to share|for sharing|share and share alike|2 share|if youve got it|if you got it|if you've got any|if there's any|if there is any|if there's any going|if there are any|if there's any left|if there are any left|if you've any|if you've any left|if any left|if there's some|if you have any left|if you have any|if you have it|if you have them|if that's possible|if thats possible|if not|when you have a second|when you have a sec|when you have time|as quick as you can|quick as you can|\
         from us|from me|as they come|hungry|we are hungry|hurry|hurry hurry|pls hurry|asap pls|to|my|our|your|this|these|those|those two|these two|just those|just those two|sure|size|sized|kids size|let me see|let me think|whats it called|whats it|bear with me|what else|you know what|i guess|with it|with that|w that|\
         what about|i know|yes i know|dont judge|going|cook|chef|lads|folks|team|all good|boss|bruv|chief|my love|luv|hun|darling|no rush|no problem|no worries",
    ),
    (PhraseKind::Place, "postcode|post code|zip|zip code|zipcode|postal code|eircode"),
    (
        PhraseKind::Payment,
        "keep the change|use code|with code|code is|promo code|discount code|voucher code|i have a voucher|i've got a voucher|ive got a voucher|got a voucher|with my voucher|i have a coupon|i have a gift card|with the usual discount|with the discount|usual discount|student discount|staff discount|loyalty card|gift card|put it on|paying cash|pay cash|cash|by card|paying by card|pay by card|card payment|will pay cash|\
         i'll pay by card|i'll pay cash|cash on delivery|paypal|apple pay|google pay|contactless|paid online|\
         on my tab|invoice to|invoice|bill it to|send the invoice to|put it on my tab|put it on the tab|charge it to|already paid|paid by card already|paid already|paid by card|card please|cash please|card on delivery|card at the door|on the company account",
    ),
];

const FACTS: &[(Fact, &str)] = &[
    (
        Fact::Wants,
        "set aside|please set aside|put aside|keep aside|could you make up|can you make up|make up|put together|could you put together|can you put together|ill av|i'll av|could you whip me up|can you whip me up|could you whip up|can you whip up|i'd appreciate|i would appreciate|throw in|chuck in|stick in|i would like|i'd like|id like|i would love|i'd love|we would like|we'd like|we'd love|i want|we want|wants|want|i need|we need|\
         need|i'll have|ill have|i will have|we'll have|we will have|i'll take|ill take|i will take|we'll take|\
         i'll get|ill get|can i get|can i have|can i order|could i get|could i have|could i order|could i please have|could i please get|may i have|may i \
         get|may i order|can we get|can we have|could we get|could we have|can you do me|can u do me|do us|do us a|can you do us|can u do us|could you do us|would you do us|would you do me|do me a|could you do|can you make me|could you make me|can you get me|could you get me|are you able to make|is it possible to make|is it at all possible to make|go for|to go for|i'm going to go for|i'll go for|i'll|ill|i will|i shall|can you make|could you make|\
         can you send|could you send|please send|send me|send us|send|give me|give us|giv me|any chance|any chance i could|any chance you could|any chance u could|any chance i could get|any chance i can|any chance i can get|any chance i can have|any chance we can get|any chance we could get|any chance of getting|any chance you can do|is there any chance of|cld i get|cld i have|cld i|put in|do a|can i do|could i do|can i do a|could i do a|i'd do|let me try|let me please have|let me please get|let me order|lemme have|lemme get|lemme try|lemme do|gimme|get me|lemme get|let me get|let me have|\
         bring me|bring us|bring|please prepare|prepare|please make|order of|i'd like to order|i would like to order|i would|we would|i wanna|wanna|wanna order|i wanna order|let's do|lets do|we'll do|i'll do|hit me with|could do with|i could do with|put in an order for|place an order for|to place an order for|i'll go with|we'll go with|go with|going with|i'll go for|can i grab|could i grab|looking to order|looking to get|was looking to order|i'd like to try|i would like to try|like to try|to try|try|\
         i want to order|we want to order|like to order|like to get|to get|to have|to buy|get|have|take|grab|\
         put me down for|go ahead with|please go ahead with|deliver me|fancy|i fancy|i'm after|make me|do me|\
         i'd absolutely love|i'd really love|i'd really like|i would really like|i would absolutely love|i would really love|i'd very much like|i would very much like|i'd probably like|could really go for|i could go for|i'd like to go with|i'd be happy with|i'd appreciate|i could use|i could really use|could i bother you for|can i bother you for|can i trouble you for|could i trouble you for|may i trouble you for|i'm dying for|i'm craving|i am craving|i'm feeling|i feel like|i feel like having|i'm thinking|i'm thinking of|im leaning towards|i'm wanting|i am wanting|i was wanting|i was hoping for|i was hoping to get|hoping to get|hoping for|i'm hoping for|i'm looking for|looking for|if i could have|if i could get|set me up with|hook me up with|fix me|whip me up|whip up|pour me|start me with|start me off with|ring me up for|sign me up for|let us have|let us get|i'm going to have|i'm gonna have|i'm gonna need|i am going to have|gonna get|going to order|going to get|gotta order|\
         i am ordering|i'm ordering|we are ordering|we're ordering|may i please have|is having|is going for|is getting|may i please get|can i please have|can i please get|\
         could i please order|can i please order|can i just get|can i just have|might i trouble you for|would it be possible to get|\
         would you mind putting together|any chance of|any chance of getting|would love|would like|please may i have|\
         could i|can i|may i|can we|could we|could you|can you|would you|will you|id|get these going|help|go ahead and|i'll go ahead and",
    ),
    (Fact::Article, "a|an|ein|eine|un|una|une"),
    (Fact::Times, "x|times|×"),
    (Fact::Number(1), "one|single|just one|only one|one more|1 more|uno"),
    (Fact::Number(2), "two|pair|a pair|pair of|a pair of|couple|a couple|couple of|a couple of|two more|dos"),
    (Fact::Number(3), "three|three more|tres"),
    (Fact::Number(4), "four"),
    (Fact::Number(5), "five"),
    (Fact::Number(6), "six|half a dozen|half dozen|half a dozen of"),
    (Fact::Number(7), "seven"),
    (Fact::Number(8), "eight"),
    (Fact::Number(9), "nine"),
    (Fact::Number(10), "ten"),
    (Fact::Number(11), "eleven"),
    (Fact::Number(12), "twelve|dozen|a dozen|one dozen|a dozen of"),
    (Fact::Number(13), "thirteen"),
    (Fact::Number(14), "fourteen"),
    (Fact::Number(15), "fifteen"),
    (Fact::Number(16), "sixteen"),
    (Fact::Number(17), "seventeen"),
    (Fact::Number(18), "eighteen"),
    (Fact::Number(19), "nineteen"),
    (Fact::Number(20), "twenty"),
    (Fact::Number(24), "two dozen"),
    (Fact::Number(30), "thirty"),
    (Fact::Number(40), "forty"),
    (Fact::Number(50), "fifty"),
    (Fact::Number(60), "sixty"),
    (Fact::Number(100), "hundred|a hundred|one hundred"),
    (Fact::Number(1000), "thousand|a thousand|one thousand"),
    (
        Fact::Takes(Amount::No),
        "no|without|hold the|hold|minus|minus the|with no|with out|w no|sans|skip the|skip|leave out|leave out the|\
         leave off|leave off the|remove|remove the|take off|take off the|not any|no more|sin|don't put|don't put any|don't put the|don't add|don't add any|don't include|do not put|do not add|don't want|don't want any|don't want the|i don't want|i don't want any|i don't want the|we don't want|we don't want any|do not want|don't give me|don't bother with|don't bother with the|don't like|i don't like|doesn't like|doesn't want|none with|none of them with|none with any|lose the|ditch the|drop the|nix the|kill the|don't need|don't need any|we don't need|we don't need any|i don't need|i don't need any|do not need|no need for|no need for any|without any|not|apart from|except|except for|except the|bar the|but not|without the|ohne|nix|but no|and no",
    ),
    (
        Fact::Takes(Amount::Regular),
        "sweetened with|flavored with|flavoured with|mixed with|mixed in with|topped off with|served with|done with|finished with|finished off with|drizzled with|sprinkled with|dusted with|garnished with|infused with|prepared with|spiked with|spiced with|and with a|along with a|that has|it has|has some|having|containing|with maybe|with maybe some|with just|with just a|with like|with only|with only a|with at least|with|using|on|on the|on some|de|with a|with an|with some|plus some|add|add a|add an|add some|added|adding|including|incl|w|wi|wiv|wth|wit|con|mit|topped with|made with|made \
         with a|with the|with added|in a|on a|on an|in an|put some|put a|come with|comes with|but with|and with",
    ),
    (
        Fact::Takes(Amount::Extra),
        "don't be shy with|don't be shy with the|don't be shy on the|don't be stingy with|don't be stingy with the|don't skimp on|don't skimp on the|be generous with|be generous with the|pile on|pile on the|load up on|load it up with|loaded with|smothered in|drowned in|drown it in|smother it in|go mad with the|go crazy with the|go heavy with the|heavy with the|extra|xtra|with extra|lots of|loads of|plenty of|more|double on the|double up on|double up on the|go heavy on|go heavy on the|twice the|a ton of|a lot of|tons of|heaps of|generous with the|add extra|double|with double|heavy on the|with lots of|\
         with loads of|additional|with more|ekstra|put extra|triple",
    ),
    (
        Fact::Takes(Amount::Light),
        "go easy with|go easy with the|easy with the|not heavy on the|hardly any|barely any|light|light on|light on the|lightly|easy|easy on|easy on the|go easy on|go easy on the|less|with less|a little|little|\
         a bit of|with a little|not too much|not much|with light|only a little|lite|half the|only half|only half the|just half the|half as much|with half|with half the|with only half|made with only half|only half of the|half of the|a tiny bit of|a tad of|a bit less|little bit of|bit of|a wee bit of|light with the|go light on|go light on the|not much of the|just a little|just a bit of|just a little bit of|a small amount of|tiny bit of|a smidge of|a tad",
    ),
    (
        Fact::Takes(Amount::NoExtra),
        "no extra|with no extra|but no extra|without extra|no added|no additional",
    ),
    (Fact::Left(Amount::No), "left off|left out|off|out|removed|taken off|taken out|omitted"),
    (
        Fact::Left(Amount::Light),
        "just a little of it|a little of it|just a little bit of it|a little bit of it|just a bit of it|a bit of it|not much of it|not too much of it",
    ),
    (
        Fact::Left(Amount::Extra),
        "lots of it|plenty of it|loads of it|a lot of it|doubled|tripled|double of it",
    ),
    (
        Fact::Swap,
        "swap|swap the|swap out the|swap out|switch|switch the|replace|replace the|change|change the|sub|sub the|substitute|substitute the",
    ),
    (
        Fact::InsteadOf,
        "instead of|rather than|in place of|in lieu of|instead of the|rather than the|in place of the",
    ),
    (Fact::Instead, "instead"),
    (Fact::And, "and|n|plus|y|und|et|e|och|og|as well as|along with|together with|followed by|then a|but|or"),
    (
        Fact::Prepared,
        "with room|with some room|with a little room|with room for cream|with room for milk|room for cream|room for milk|leave room|leave some room|extra room|half decaf half regular|half regular|upside down|latte art|with latte art|half caf|half caff|half decaf|half caffeinated|half caffeine|half regular half decaf|kid temperature|kids temperature|kid's temp|kid temp|kiddie temp|kid friendly temperature|child temperature|child's temperature|at room temperature|room temp|drinking temperature|drinkable temperature|extra warm|super hot|extremely hot|steaming hot|piping|medium hot|a little hotter|a bit hotter|not scalding|not too cold|just warm|slightly warm|a little warm|a bit warm|luke-warm|on the hotter side|on the cooler side|a little less hot|no foam|extra foam|light foam|less foam|more foam|dry|extra dry|bone dry|wet|extra wet|frothy|extra frothy|unsweetened|not sweet|not too sweet|not so sweet|not that sweet|not overly sweet|not very sweet|half sweet|less sweet|extra sweet|slightly sweet|a little sweet|semi sweet|lightly sweetened|shaken|stirred|unstirred|well stirred|well shaken|double cupped|double cup|sleeve|lid|lids|lid on|lids on|lid on tight|lids on tight|with lids|with a lid|lid off|in my own cup|in my cup|in my own mug|in my mug|in a mug|in a reusable cup|in a glass|steeped strong|steeped|well done|cut into|cut into squares|cut into slices|cut into quarters|cut up|cooked|cooked medium|cooked well|cooked rare|medium rare|medium well|rare|cut in half|cut in halves|cut in two|sliced|sliced thick|sliced thin|sliced thickly|sliced thinly|thick sliced|thin sliced|thick cut|thickly cut|thinly cut|cut thick|cut thin|left whole|unsliced|toasted|untoasted|warmed up|warm|heated|reheated|\
         extra crispy|crispy|extra hot|very hot|piping hot|not too hot|not so hot|a little cooler|a bit cooler|chilled|extra cold|wrapped separately|\
         separate|in separate bags|unsalted|salted|steamed|grilled well|lightly toasted|no cutlery|cutlery please|with \
         cutlery|no plastic|no straw|no lid|burnt|not burnt|soft|hard|runny|cooked through|blended|warmed|in half|bien cuit|cut in 2|cut in 3|cut in 4|cut in three|cut in four|cut in pieces|to split|split in two|split on two plates|on two plates|on 2 plates|on one plate|on separate plates|cutlery|spoon|spoons|fork|forks|knife|knives|napkin|napkins|straw|straws|chopsticks|plates|two plates",
    ),
    (Fact::Means("iced"), "on ice|on the rocks|over ice|poured over ice|with ice in it|ice cold with ice"),
    (
        Fact::Means("decaf"),
        "without caffeine|with no caffeine|no caffeine|without the caffeine|minus the caffeine|hold the caffeine|zero caffeine",
    ),
    (
        Fact::Condiment,
        "whipped cream|whip cream|whipping cream|whip|cream|creamer|nutmeg|cinnamon|cinnamon powder|cocoa powder|chocolate powder|chocolate shavings|chocolate drizzle|caramel drizzle|sprinkles|marshmallow|marshmallows|sugar|brown sugar|raw sugar|white sugar|sugars|sweetener|sweeteners|splenda|splendas|stevia|stevias|equals|raw sugars|brown sugars|white sugars|honeys|creams|creamers|half and half creamer|equal|sweet n low|honey|agave|maple syrup|simple syrup|ice|ice cubes|crushed ice|lemon|lemon wedge|lemon slice|slice of lemon|lime wedge|lime slice|salt|pepper|black pepper|salt and pepper|salt n pepper|salt and vinegar|salt n vinegar|vinegar|ketchup|mustard|mayo|mayonnaise|hot sauce|tabasco|sriracha|soy sauce|bbq sauce|brown sauce|tartare sauce|gravy|butter|jam|chili flakes|chilli flakes|sesame seeds|parsley|coriander|cilantro|mint leaves|foam|milk foam|water on the side",
    ),
    (
        Fact::Instructs,
        "write|leave|leave some|leave a little|leave a bit of|leave the|leave me|keep|keep the|sprinkle|sprinkle some|dust|fill|fill it|don't fill|dont fill|don't fill it|do not fill|don't overfill|don't shake|don't stir|don't make|don't make it|do not make it|don't serve|don't mix|don't cut|don't slice|don't wrap|don't heat|don't toast|don't burn|don't let|do not shake|do not cut|do not heat|draw|cut|cut it|cut the|cut them|slice it|slice them|slice the|serve it|serve them|serve the|pack|pack it|pack them|pack the|wrap|wrap it|wrap them|wrap the|label|label it|label them|mark it|mark them|warm it|warm it up|warm them|warm them up|warm the|heat it|heat it up|heat them|heat them up|heat the|toast it|toast them|toast the|shake it|stir it|mix it|blend it|steep it|brew it|cook it|cook them|cook the|fry it|fry them|grill it|bake it|pour it|pour the|cool it|cool it down|let it|let it cool|let it steep|go easy when|make sure|make sure it's|make sure its|make sure it is|make sure they're|make sure they are|make sure to|be sure to|please ensure|ensure|don't forget to|remember to|separate the|hold off on",
    ),
    (
        Fact::OfThem,
        "of them please|of them|of those|of these|of em|of which|of the two|of the three|of the lot",
    ),
    (
        Fact::OnSome(1),
        "on one|in one|on one of them|on one of those|in one of them|for one of them|on just one|on 1|in 1|on one only|on 1 of them|to one|to one of them|off one of them|off one|from one of them|for one of those",
    ),
    (Fact::OnSome(2), "on two|on two of them|in two of them|on 2|on 2 of them"),
    (Fact::OnSome(3), "on three of them|on 3 of them"),
    (
        Fact::Each,
        "every|both|each|all|all of them|both of them|each of them|on both|in both|on each|in each|on all|in all|on all of them|in all of them|\
         in any of them|on any of them|in any|in either|on either|on any|in either of them|all two|all three|all four|all five|all 2|all 3|all 4|all of those|on all three|on both of them|for both|for all|for each|every one|everything|for the lot|the lot|all round|across the board|for all of them|for them all|for everyone|on everything|all of it|with all of them|for all three|for all four|for all of us",
    ),
    (
        Fact::Other,
        "the other|the other one|other one|the rest|the others|the last one|other|the other two|the remaining one|the remaining",
    ),
    (
        Fact::OnOther,
        "on the other|on the other one|in the other|in the other one|for the other|for the other one|to the other|on the others|for the others|on the rest|for the rest",
    ),
    (
        Fact::Ordinal,
        "hers|mine|mines|theirs|his one|her one|my one|for me one|the first|the first one|first one|the second|the second one|second one|the third|the third one|third one|the fourth|the fourth one|first|second|third|mine|mines|hers|his one|her one",
    ),
    (
        Fact::Same,
        "the same|same|same again|the same again|same thing|the same thing|exact same|the exact same|the exact same thing|exact same thing|same one|the same one|same thing again|the same order|same order|ditto",
    ),
    (Fact::Another, "another|another one|one more of those|a second|and another"),
    (Fact::NoneOfIt, "none|not|without it|without any of it"),
    (
        Fact::Plain,
        "caffeinated|fully caffeinated|full caffeine|with caffeine|regular caf|regular caff|full caf|full caff|undecaf|non decaf|undecaffeinated|plain old|regular old|good old|just plain|just regular|not be decaf|regular|plain|normal|standard|usual|the normal one|the usual one|as it comes|as is|usual|the usual way|without anything extra|no changes|without anything|classic style|not decaf|isnt decaf",
    ),
    (
        Fact::Measure,
        "pinch of|a pinch of|packet of|packets of|sachet of|sachets of|teaspoon of|teaspoons of|spoonful of|spoonfuls of|a dusting of|dusting of|a shake of|a drizzle of|drizzle of|a splash of|portion of|portions of|portion|portions|bowl of|bowls of|glass of|glasses of|bottle of|bottles of|cup of|cups of|can of|cans of|plate of|plates of|\
         order of|orders of|serving of|servings of|side of|sides of|pump of|pumps of|dash of|splash of|hint of|a hint of|\
         touch of|scoop of|scoops of|dollop of|squeeze of|sprinkle of|handful of|tub of|tubs of|pot of|pots of|pint of|pints of|mugs of|boxes of|bags of|round of|rounds of|helping of|helpings of|lots|helpings|servings|rounds|jug of|pitcher of|basket of|pack of|packet of|tin of|tins of|carton of|orders|lot of|sprinkling of|drop of|knob of|wedge of|slice of|slices of|piece of|pieces of|bag of|box of|mug of|syrup|drizzle|sauce|sauces|some of your|lot of|round of|medium sized",
    ),
    (Fact::Shots, "shot|shots|espresso shots|espresso shot|pump|pumps"),
    (
        Fact::Correction,
        "no wait|wait no|wait|no hang on|no hold on|hang on|hold on|hang on a second|hold on a second|hang on a sec|sorry make that|sorry|scratch that|scrap that|scrap|lose|drop that|i mean|correction|rather|change that to|no sorry|oops|my bad",
    ),
    (
        Fact::Pickup,
        "in a to go cup|in a go cup|in to go cups|in a takeaway cup|in a takeout cup|in a to go box|in a togo cup|togo|to-go cup|to go order|as a to go|for the road|to take with me|to take with us|to take away with me|on the go|takeout please|to take home|to bring home|to bring with me|to go|takeaway|take away|to take away|take out|takeout|take-out|for pickup|for pick up|pickup|pick up|picking up|collect|collecting|\
         collection|for collection|to collect|i'll collect|we'll collect|will collect|i will collect|i'll pick up|will pick up|we pick up|\
         we'll pick up|i'll pick it up|pick them up|i come get|i come get it|coming to collect|pick it up|will pick them up|come get it|i'll come get it|ill come get it|to grab it|come and get it|\
         fetch them|fetch it|will fetch them|i shall collect|i'll come by|come by|pick up now|in person|to carry out|carry out|swing by|\
         i'll be there|we'll be there|be there|on my way|collected|to be collected|will be collected|picked up|to be picked up|will be picked up|picks it up|picks them up|pick it up for me|4 pick up|4 pickup|4 collection|2 go|2 take away|a emporter|zum mitnehmen|zum abholen|abholen|abholung|para llevar|para recoger|da asporto|da portare via|om mee te nemen|meenemen|afhalen|to pick them up|to pick it up|need it to go",
    ),
    (
        Fact::Delivery,
        "4 delivery|delivery|for delivery|delivered|deliver|leave at the door|leave it at the door|to my door|leave by the door",
    ),
    (
        Fact::DeliverTo,
        "drop off|drop it off|dropped off at|drop them off|run it round to|run it over to|delivery to|deliver to|delivered to|delivery at|deliver at|sent over to|send over to|sent round to|sent up to|sent to|brought over to|brought to|brought round to|brought up to|taken to|deliver it to|bring it to|bring them to|drop it at|drop it off at|drop off at|send to|send it \
         to|bring to|bring it all to|bring it round to|bring it over to|bring everything to|drop at|send them to|for delivery to|delivery address|address|my address is|ordering for delivery to",
    ),
    (
        Fact::DineIn,
        "for here|in a for here mug|in a for here cup|for here mug|for here cup|for here mugs|for here cups|in a here mug|in a ceramic mug|in a ceramic cup|in a real mug|in a proper mug|in a proper cup|hier essen|zum hier essen|sur place|para comer aqui|para tomar aqui|hier opeten|eat in|eating in|dine in|dining in|eat here|eating here|to eat there|eat there|have here|sit in|sitting in|we'll eat in|to eat in|ill eat it there|ill eat it here|eat it there|eat it here|drink it here|drink here|drinking here|drink it there|have it here|having it here|to drink here|staying in|staying here|stay here|stay in|in house|having here|have in|having in|to stay|here please|at the corner table|\
         we're at the table|at the table|we're sat|we're sat outside|sat outside|sit down",
    ),
    (Fact::Table, "table|for table|to table|at table|room|we're at table|table number|table no"),
    (
        Fact::Moment,
        "asap|now|tonight|tomorrow|tmrw|tmr|this evening|this afternoon|this morning|at noon|noon|midday|at lunch|lunchtime|for lunch|for dinner|monday|tuesday|\
         wednesday|thursday|friday|saturday|sunday|next week|later|half an hour|in half an hour|in about half an hour|about half an hour|an hour|in an hour|in about an hour|half hour|in a half hour|in an hour or so|in a bit|at lunchtime|as soon as possible|at midnight|for tonight|for tomorrow|right now|straight away|\
         after training|after work|before work|the usual time",
    ),
    (
        Fact::At,
        "not before|not until|no later than|no earlier than|not later than|quarter to|quarter till|ten to|ten past|five to|five past|twenty to|twenty past|at|by|around|about|ready by|ready at|ready for|before|after|till|until|ready around|half|quarter past|half past",
    ),
    (Fact::In, "in|in about|within|ready in"),
    (
        Fact::TimeUnit,
        "am|pm|a.m.|p.m.|u|uur|o'clock|oclock|min|mins|minutes|minute|hour|hours|hrs|h|ish|sharp|uhr",
    ),
    (Fact::SizeUnit, "oz|ml|cl|l|litre|litres|liter|inch|ounce|ounces|g|kg|degrees|people|persons|piece"),
    (Fact::For, "for|for a|for the"),
    (
        Fact::NameIs,
        "i'm|i am|this is|im|name is|my name is|my name's|name's|the name is|name|under|under the name|under the name of|in the name of|its|it's|i am called|surname|last name|first name|last name is|ref|called|signed|ask for",
    ),
    (
        Fact::Somebody,
        "for me|for us|for my sister|for my brother|for my mum|for my mom|for my dad|for my wife|for my husband|for him|for her|for the kids|for the little one|\
         for the team|for the office|for one|for myself|the kids|hubby|my wife|my husband|for the crew|for us three|for the studio|for the boys|for the girls|for my son|for my daughter|for my gran|for my mother|for my father|for my husband|for my friend|for my boss|for my class|for my kids|for the kid|for my little one",
    ),
    (
        Fact::Street,
        "ct|pkwy|parkway|hwy|terr|parade|plaza|circle|pl|sq|cres|gdns|highway|loop|trail|alley|passage|quays|estate|meadow|meadows|villas|park|street|st|road|rd|lane|ln|way|row|terrace|court|close|yard|hill|steps|walk|bank|avenue|ave|square|place|drive|gardens|mews|crescent|grove|\
         end|rise|view|quay|wharf|boulevard|blvd|flat|apartment|apt|house|floor",
    ),
    (
        Fact::Allergy,
        "allergic|allergy|allergies|allergic to|anaphylactic|anaphylaxis|intolerant|intolerance|coeliac|celiac|epipen|coeliacs|celiacs|reacts to|can't have|cannot have|can't eat",
    ),
    (
        Fact::Title,
        "mr|mrs|ms|miss|dr|prof|professor|herr|frau|hr|fr|mevr|dhr|familie|family|fam|coach|skipper|captain|sister|brother|uncle|aunt|mama|papa",
    ),
    (
        Fact::Spot,
        "plot|pitch|berth|cabin|caravan|stall|unit|bell|doorbell|buzzer|code|gate code|door code|entry code|unit|suite|intercom|ring|gate|entrance|ward|desk|reception|reception desk|front desk|jetty|pier|nr|counter|at the counter|at the front desk|office|apartment|second bell|top bell|first bell|second door|first door|back door|front door|\
         blue door|red door|green door|top floor|ground floor|first floor|second floor|third floor|fourth floor|fifth floor|upstairs|downstairs|outside seating|on the terrace|terrace|by the window|by the fountain|at the back|around the corner|at the corner|at the jetty|jetty side|at the jetty side|at the station|at the stand|in the park|next door",
    ),
    (Fact::Often(1), "once"),
    (Fact::Often(2), "twice"),
    (Fact::Often(3), "thrice"),
    (Fact::Only, "only"),
    (
        Fact::MakeIt,
        "make it|make that|make them|make those|make that one|actually make it|actually make that|make it a|make that a|and make it|make it just",
    ),
    (Fact::HalfAndHalf, "half and half|half n half|half half|half 1 half|one half"),
    (Fact::Aside, "on the side|on side|in the side|separately|in a separate pot|in a pot"),
    (
        Fact::Being,
        "should be|will be|would be|must be|to be|will take|will have|as|needs to be|is to be|to be made with|being|is|gets|has|be|should have|made|please make|make|that is|thats|which is",
    ),
    (
        Fact::Describes,
        "black|wee|tiny|little|medium size|large size|small size|extra large|extra small|jumbo|regular sized|large sized|creamy|frothy|dry|wet|skinny|perfect|delightful|wonderful|super hot|steaming hot|nice hot|nice and hot|nice cold|nice warm|nice big|hot|cold|cool|cooler|warmer|tepid|lukewarm|luke warm|warmed|scalding|scalding hot|room temperature|boiling|sweet|very sweet|spicy|mild|really hot|really really hot|fresh|nice|\
         lovely|simple|quick|delicious|tasty|good|great|big|small|medium|large|short|tall|grande|venti|medium sized|small sized|cheeky|strong|weak|whole|homemade|big fat|very|really|foamy|extra foamy|yummy|proper|ice cold|freshly made|traditional",
    ),
    (
        Fact::Talk,
        "i love|we love|i like your|loved|wanted|i wanted|he|she|they|you|were|someone|i'll send|we'll send|will send|sending|i know|remember|somebody|was|through|doesn't text|in the mood|on behalf of|were|because|who|when|where|why|how|would|should|did|didnt|dont|doesnt|cant|cannot|wont|had|has|hasnt|shes|hes|theyre|whos|since|if|there is|\
         theres|keeps|says|im outside|gives|knows|said|told|asked|must|might|isnt|arent|thats|which|while|until then|outside|nor|whose|than|was going to get|was going to have|was going to order",
    ),
];

/// The table, compiled.
pub fn facts() -> Phrasebook<Fact> {
    let says = SAYS.iter().map(|(kind, phrases)| (Fact::Says(*kind), *phrases));
    let but: Vec<(Fact, String)> = FACTS.iter().flat_map(|(fact, phrases)| but_not(*fact, phrases)).collect();
    let but = but.iter().map(|(fact, phrase)| (*fact, phrase.as_str()));
    Phrasebook::new(FACTS.iter().copied().chain(says).chain(but))
}

/// "but not too hot" and "isn't too hot" say what "not too hot" does, though "but not" leaves something out.
fn but_not(fact: Fact, phrases: &str) -> impl Iterator<Item = (Fact, String)> {
    let noted = matches!(fact, Fact::Prepared | Fact::Takes(Amount::Light));
    let said: Vec<&str> =
        phrases.split('|').filter_map(|phrase| phrase.trim_start().strip_prefix("not ")).collect();
    let wordings = ["but not", "isn't", "aren't", "and not"];
    let reworded = move |said: &str| wordings.map(|not| (fact, format!("{not} {said}")));
    said.into_iter().filter(|_| noted).flat_map(reworded).collect::<Vec<_>>().into_iter()
}
