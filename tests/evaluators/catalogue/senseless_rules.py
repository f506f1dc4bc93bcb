"""Rule files of the right shape that make no sense: text, the line to be named, and words of the message."""

from tests.evaluators.catalogue.broken_rules import DUTY, HEAD, RESPONSE, TRIGGER, WINDOW

SENSELESS = {
    "id is not the file's name": (
        HEAD.replace('"broken"', '"other"') + DUTY,
        2,
        "id: expected 'broken', the name of its file",
    ),
    "not a number": (HEAD + "score = nan\n" + DUTY, 4, "score: expected a finite number"),
    "red line without points": (
        HEAD + "red_line = true\n" + DUTY,
        4,
        "red_line: expected a negative `score`",
    ),
    "empty behaviour": (HEAD + "[behaviour]\n", 4, "behaviour: says nothing"),
    "empty inner behaviour": (
        HEAD + '[behaviour]\nby = "bot"\nany_of = [{}]\n',
        6,
        "behaviour.any_of[0]: says nothing",
    ),
    "no phrases, switched on": (HEAD + "[behaviour]\nsays.any = []\n", 5, "behaviour.says: no phrases yet"),
    "phrase swallowed": (
        HEAD + '[behaviour]\nsays.any = ["好", "Ａ好"]\nsays.except = ["a好"]\n',
        5,
        "any[1]: never counts",
    ),
    "idle exception": (
        HEAD + '[behaviour]\nsays.any = ["好"]\nsays.except = ["坏人"]\n',
        6,
        "except[0]: has no effect",
    ),
    "phrase twice": (
        HEAD + '[behaviour]\nsays.any = ["ok", "好", "OK"]\n',
        5,
        "any[2]: 'OK' is listed twice (as 'ok')",
    ),
    "unseen phrase": (HEAD + '[behaviour]\nsays.any = ["\\u200b"]\n', 5, "any[0]: never found"),
    "phrase that none forbids": (
        HEAD + '[behaviour]\nsays.any = ["再好"]\nsays.none = ["好"]\n',
        5,
        "any[0]: never holds",
    ),
    "more than there are": (
        HEAD + '[behaviour.says]\nany = ["好"]\nat_least = 2\n',
        6,
        "at_least: expected at most 1",
    ),
    "count of nothing": (
        HEAD + '[behaviour.says]\nnone = ["好"]\nat_least = 2\n',
        6,
        "says.at_least: expected",
    ),
    "nothing left of a whole text": (HEAD + '[behaviour]\ntext_is = ["…"]\n', 5, "text_is[0]: never equal"),
    "expression re2 refuses": (
        HEAD + "[behaviour]\nmatches = '(a'\n",
        5,
        "matches: expected an re2 regular expression: missing )",
    ),
    "expression re2 cannot do": (HEAD + "[behaviour]\nmatches = '(?=a)b'\n", 5, "invalid perl operator: (?="),
    "expression found everywhere": (
        HEAD + "[behaviour]\nmatches = 'a*'\n",
        5,
        "matches: found in every text",
    ),
    "unknown act": (
        HEAD + '[behaviour]\nact = "need_exploratoin"\n',
        5,
        "no prompt file 'need_exploratoin'; did you mean 'need_exploration'?",
    ),
    "nobody is both": (
        HEAD + '[behaviour]\nby = "bot"\nany_of = [{ by = "customer" }]\n',
        6,
        "never holds: customer is not among bot",
    ),
    "first and last": (
        HEAD + DUTY + "[scope]\nfirst = 1\nlast = 1\nat_end = true\n",
        9,
        "scope.last: expected only one of first and last",
    ),
    "last without the end": (
        HEAD + DUTY + "[scope]\nlast = 1\n",
        8,
        "scope.last: expected `at_end = true` beside it",
    ),
    "counts nothing": (HEAD + DUTY + '[scope]\nof = "shop"\n', 8, "scope.of: counts nothing"),
    "looked for elsewhere": (
        HEAD + DUTY + '[scope]\nfirst = 3\nof = "customer"\n',
        5,
        "behaviour.by: never holds",
    ),
    "more than the scope has": (
        HEAD.replace("existence", "bounded_existence") + "at_least = 4\n" + DUTY + "[scope]\nfirst = 3\n",
        4,
        "at_least: never reached",
    ),
    "no trigger": (
        RESPONSE + DUTY + WINDOW + '[trigger]\noccurrence = "each"\n',
        9,
        "trigger: expected exactly one of message, slow_reply, order, silence, got none",
    ),
    "two triggers": (
        RESPONSE + DUTY + WINDOW + '[trigger]\nsilence = "5m"\n[trigger.message]\nby = "customer"\n',
        9,
        "got message and silence",
    ),
    "nth without n": (
        RESPONSE + DUTY + WINDOW + '[trigger]\noccurrence = "nth"\nsilence = "5m"\n',
        9,
        "trigger.n: required",
    ),
    "n without nth": (
        RESPONSE + DUTY + WINDOW + '[trigger]\nn = 2\nsilence = "5m"\n',
        10,
        "trigger.n: only means something",
    ),
    "no silence": (
        RESPONSE + DUTY + WINDOW + '[trigger]\nsilence = "0s"\n',
        10,
        "trigger.silence: expected a duration above zero",
    ),
    "window never closes": (RESPONSE + DUTY + TRIGGER + "[window]\n", 9, "window: never closes"),
    "window never reached": (
        RESPONSE + DUTY + TRIGGER + '[window]\nwithin = "0s"\n',
        10,
        "window.within: never reached",
    ),
    "window counts nothing": (
        RESPONSE + DUTY + TRIGGER + WINDOW + 'of = "shop"\n',
        11,
        "window.of: counts nothing",
    ),
    "window of others": (
        RESPONSE + DUTY + TRIGGER + '[window]\nmessages = 3\nof = "customer"\n',
        5,
        "behaviour.by: never holds",
    ),
    "window by the customer's messages": (
        RESPONSE + DUTY + '[trigger]\nsilence = "5m"\n' + WINDOW + "customer_messages = 2\n",
        11,
        "expected a trigger that is a customer's message",
    ),
    "both limits": (
        'kind = "reply_time"\nid = "broken"\ntitle = "x"\nmeasure = "each_turn"\nlonger_than = "1m"\nat_least = "1m"\n',
        5,
        "exactly one of",
    ),
    "no limit": (
        'kind = "reply_time"\nid = "broken"\ntitle = "x"\nmeasure = "each_turn"\n',
        1,
        "longer_than: expected exactly one of",
    ),
    "every reply": (
        'kind = "reply_time"\nid = "broken"\ntitle = "x"\nmeasure = "each_turn"\nat_least = "0m"\n',
        5,
        "above zero",
    ),
    "customer before a transfer": (
        HEAD.replace("existence", "precedence") + '[before]\nby = "human"\n[behaviour]\nby = "customer"\n',
        7,
        "never holds",
    ),
}
