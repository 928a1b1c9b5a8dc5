//! Phrases that say what kind of message it is.

use super::grammar::phrasebook::Phrasebooks;

/// What a phrase says about a message as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// Asks for something to be made now.
    Wants,
    /// Says how the order is fetched, brought, or when.
    Logistics,
    /// Asks for information.
    Asks,
    /// Asks when it begins a clause: "when", "who".
    AsksFirst,
    /// Asks what the place has: "do you have".
    AsksFor,
    /// Books a table.
    Books,
    /// Speaks of an order that exists: where it is, what was wrong, changing or cancelling it.
    AboutOrder,
    /// Complains, or takes an order back.
    Complains,
    /// Praises.
    Praises,
    /// Changes what was said before.
    Amends,
    /// Speaks of the place: menu, opening, delivery area, payment, jobs, tables.
    House,
    /// Other people's "order", and offers.
    Elsewhere,
    /// Told of the past.
    Past,
    /// A meal that was had: never an order, whatever else is said of it.
    Recalls,
    /// Praise, chatter, abuse.
    Chatter,
}

/// The table.
pub(super) const CUES: &[(Cue, &str)] = &[
    (
        Cue::Wants,
        "would be great|would be lovely|would be nice|would be perfect|would be amazing|would be good|would be awesome|would be wonderful|would be brilliant|would be fab|would be ideal|would be fantastic|would be much appreciated|would be appreciated|would hit the spot|would do nicely|would do me|i would like|i'd like|i would love|i'd love|we would like|we'd like|i want|we want|i need|we need|need|i'll have|i will have|we'll have|\
         i'll take|i will take|we'll take|i'll get|can i get|can i have|can i order|could i get|could i have|could i order|may i have|may i get|can we get|can we have|\
         could we get|could we have|can you do me|can u do me|can you make|could you do|could you make|please send|pls send|send me|send us|give me|gimme|get me|lemme get|let me get|\
         bring me|please prepare|put me down for|go ahead with|might i trouble you for|would it be possible to get|would you mind putting|any chance of|could i please|can i please|\
         may i please|ordering|i'm having|we're having|i'd take|i'm thinking|im thinking|im feeling|make mine|i'll try|sort me out with|i'm after|do me|get these going|wanna order|i wanna|let's do|lets do|we'll do|hit me with|could do with|put in an order|place an order|go with|can i grab|could i grab|looking to order|looking to get|to order a|would to order|i would life|i would lke|i would lik|i'd like to order|make me|i'm gonna need|i'm going to have|i gotta order|like to order",
    ),
    (
        Cue::Logistics,
        "to go|takeaway|take away|pickup|pick up|picking up|collect|collecting|for collection|delivery|deliver|deliver to|delivered|for here|eat in|eating in|dine in|dining in|bring it to|\
         drop it at|table|asap|for lunch|for dinner",
    ),
    (
        Cue::Asks,
        "how much|how many|how long|how large|how big|have you got|can you tell me|could you tell me|any idea|\
         i was wondering|wondering|i'm wondering|tell me|i'd like to know|would like to know|curious|can i still|\
         can i change|can i come|can i collect|can i pick|can i bring|can i pay|can i book|can we book|\
         can we bring|can we still|any vegan|any gluten|what time|whats the|find out if|i have a question|question|\
         which of|you have any|you guys have|and what would|or not",
    ),
    (
        Cue::AsksFirst,
        "what|what's|whats|which|how|when|where|who|why|does|is|are|any|could you tell|has|did|do you|do u|d'you|do the|is there|is the|is it|are there|are you|are the|are your|is your|r u|have you|\
         is that|was i|have i|did you|did i|should i|would it|will it|will you|do i|do we|is any",
    ),
    (
        Cue::AsksFor,
        "do you have|do you guys have|do y'all have|do you sell|do you serve|do you offer|do you do|do you make|you have any|do you any|have you got|do u have|do u do|do you by chance have|do you happen to have|what kind of|what kinds of|what type of|what types of|what sort of|\
         what flavors|what flavours|your options|options please|is available|are available|available to use|what makes up|what's in the|what's in a|whats in|what is in|what's your|what are your|what are the|is made|are offered|different types of|what syrups|what milk|what do you have|what have you got|what goes in|do you deliver|do u deliver|are you open|r u open|what time do you|when do you|you guys do|for sale|takeout orders|takeaway orders|order status|do takeaway",
    ),
    (
        Cue::Books,
        "reservation|reservations|reserve a|reserve the|reserve us|reserve for|to reserve|book a table|book us|table for|tables available|a table at|for a table|book room|book a room|party of|high chairs|high chair",
    ),
    (
        Cue::AboutOrder,
        "change the order|change our order|amend the order|amend my order|the order i rang|the order i placed|the order we placed|the order i made|order i rang in|order i phoned|to the order|to my order|on my order|to our order|only got|my order|hasn't come|not come|never came|turned up|not here yet|ago|the usual|same again|same as last|same order|as usual|having the same|not happy|unhappy|disappointed|cancel|cancel my order|cancel the order|change my order|where is my|where's my|still waiting|never arrived|hasn't arrived|has not arrived|refund|you forgot|forgot my|missing|wrong order|got somebody else's|\
         charged|was cold|was flat|was raw|was burnt|was stale|complaint|complain|put that right|order number|money back|invoice|receipt|order status|had onion|lost property|left my|handed in|handed it in|checkout",
    ),
    (
        Cue::Complains,
        "what are you going to do about|what are you gonna do about|please don't send|change of plans|had to change plans|by mistake|i ordered under|we ordered under|i got|we got|i received|we received|i only got|you sent|you gave|you charged|you put|brought me the|brought us the|i was charged|never coming back|i waited|we waited|waited for|waited over|on hold|nobody answers|nobody opens|wrong house|wrong burger|wrong food|somebody else's|someone else's|driver left|delivery guy left|left it in the rain|there were onions|refund|money back|charged me|charged twice|cancel|complaint|you forgot|forgot my|forgot our|is missing|are missing|was missing|were missing|never arrived|hasn't arrived|still waiting|been waiting|i'm waiting|hasn't come|never came|\
         came without|came with no|didn't arrive|did not arrive|have not arrived|haven't arrived|didn't turn up|dropped my|dropped our|all spilled|was spilled|had spilled|has spilled|had leaked|has leaked|ruined|squashed|i asked for|we asked for|i specifically|not what i ordered|not what we ordered|arrived without|arrived cold|came cold|turned up cold|didn't come with|where is my|where's my|wheres my|wrong order|there's a hair|there was a hair|hair in|in my soup|in my burger|in my food|in my salad|food poisoning|made me sick|made me ill|was raw|was burnt|was stale|was flat|was cold|were cold|were soggy|was soggy",
    ),
    (
        Cue::Praises,
        "cracking|smashing|banging|belting|top notch|outstanding|superb|stunning|gorgeous|unreal|dreamy|heavenly|divine|scrumptious|best|the best|amazing|awesome|delicious|so good|yummy|yum|the bomb|dreaming|obsessed|love it|loved it|i love|we love|incredible|fantastic|10/10|five stars|5 stars|to die for|perfect|wow|in town|compliments",
    ),
    (
        Cue::Amends,
        "actually make it|make it|make that|ignore my last|ignore my message|to that|to my order|scratch that|change that|change it|instead of that|one more of|same again|reorder|re-order|repeat my order|repeat order",
    ),
    (
        Cue::House,
        "wait|wait time|wait times|dinner order|menu|opening hours|opening times|open today|open now|open on|you open|you close|close on|closed on|parking|wifi|hiring|vacancy|vegan|vegetarian|allergens|allergen|ingredients|calories|dairy|gluten|nuts|nut|sesame|soy|halal|kosher|\
         deliver|delivery|minimum order|gift card|gift cards|voucher|vouchers|catering|cater|trays|amex|apple pay|google pay|take card|take cards|take cash|discount|offers|specials|serve|dog friendly|wheelchair|spicy|takeaway|take out|takeout|restaurant|\
         kitchen|your food|portion|portions|branch|outlet|terrace|tables|seat|seats|seating|dogs|stroller|pram|heated|courier|bottles|deposit|last call|you close|closing time|booking|brunch|for lunch|lunch|tomorrow lunch|\
         did anyone find|anyone find|anyone found|turn in|hand in|handed in|bakery|next door|your place|student deal|busy tonight|busy today|very busy|smoking|toilet|toilets|charger|bike rack|bikes|terrace seating|outdoor seating|kids menu|loyalty|receipt|invoice|do you take|pay with|pay by|per head|party|work for you|table|organic|lactose|caffeine|alcohol|protein",
    ),
    (
        Cue::Elsewhere,
        "cv attached|my cv|attached my cv|looking for work|looking for a job|looking for shifts|weekend shifts|evening shifts|summer job|weekend job|part time job|jobs going|any jobs|any vacancies|vacancies|are you hiring|you hiring|job application|work experience|in order to|in order for|out of order|order of service|law and order|order of magnitude|court order|order in the|standing order|money order|in that order|alphabetical order|order of the|your parcel|your parcels|crypto|giveaway|followers|link in bio|click here|boost your|\
         seo|investment|unsubscribe|bitcoin|loan|winner|congratulations you|free money|reply yes|mail order|pecking order|tall order|new world order|wrong chat|wrong number|order checks|more checks",
    ),
    (
        Cue::Past,
        "had the|had your|had a|i had|we had|ordered|we ordered|i ordered|was lovely|was great|were great|was amazing|was delicious|were all gone|last night|yesterday|last week|last time|on monday we|used to|always has|always have|made your|i made|enjoyed|loved|still dreaming|dreaming of|compliments|best thing|tasted|tastes like|never again",
    ),
    (
        Cue::Recalls,
        "i had|we had|had the|had your|had a|was nice|were nice|was tasty|were tasty|was good|were good|was lovely|was great|was amazing|was delicious|was the best|were lovely|were great|were amazing|were delicious|were the best|was so good|were so good|was perfect|was incredible|loved|enjoyed|tasted|\
         best i've had|best i've ever had|best thing|i've ever had|i've ever eaten|i've had|i have had|came by|i've eaten|thanks for the|thank you for the|made your|made my|my compliments|compliments|all i can think|dreaming of|dreaming about|stayed for|only came for|waited|we ordered|i ordered",
    ),
    (
        Cue::Chatter,
        "lol|haha|love your|love you|great job|well done team|thank you|thanks|happy new year|happy birthday|merry christmas|looks great|five stars|keep it up|a joke|idiots|idiot|rubbish|terrible|disgusting|worst|stupid|see you|never mind|wrong chat|ok|test|congrats|congratulations|lovely|useless|rubbish|i love|we love|i wanted|awesome|amazing|the lot of you|just wanted to say|miss you",
    ),
];

/// Begins like a wish, and asks.
const TO_KNOW: &str = "i'd like to know|i would like to know|i want to know|i need to know|need to know|we'd like to know|i'd like to ask|i would like to ask|\
     i want to ask|i'd like to cancel|i would like to cancel|i want to cancel|i need to cancel|need to cancel|i want to complain|i'd like to complain|i'd like to book|i would like to book|i want to book|we'd like to book|we want to book|i need to book";

/// The table, compiled.
pub fn cues() -> Phrasebooks<Cue> {
    Phrasebooks::new(CUES.iter().map(|row| {
        let to_know = (row.0 == Cue::Wants).then_some((Cue::Asks, TO_KNOW));
        std::iter::once(*row).chain(to_know)
    }))
}
