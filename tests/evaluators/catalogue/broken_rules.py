"""Rule files of the wrong shape: text, the line to be named, and words of the message."""

HEAD = 'kind = "existence"\nid = "broken"\ntitle = "坏"\n'
RESPONSE = HEAD.replace("existence", "response")
DUTY = '[behaviour]\nby = "service"\nsays.any = ["好"]\n'
TRIGGER = '[trigger.message]\nby = "customer"\n'
WINDOW = '[window]\nwithin = "2m"\n'

WRONG_SHAPE = {
    "not TOML": ('kind = "existence\n', 1, "not TOML"),
    "unclosed list at the end": ("a = [1,\n2,\n", 3, "not TOML"),
    "key twice": (HEAD + 'title = "又"\n', 4, "not TOML"),
    "no kind": (
        'id = "broken"\ntitle = "坏"\n',
        1,
        "kind: required, but missing: expected one of existence, absence",
    ),
    "unknown kind": ('kind = "existense"\nid = "broken"\ntitle = "x"\n', 1, "did you mean 'existence'?"),
    "kind of a wrong type": ('kind = 3\nid = "broken"\ntitle = "x"\n', 1, "kind: expected one of existence"),
    "no behaviour": (HEAD, 1, "behaviour: required, but missing: expected a table of kind Behaviour"),
    "unknown key": (HEAD + 'alerts = "low"\n' + DUTY, 4, "alerts: unknown key; did you mean 'alert'?"),
    "unknown key, nothing like it": (
        HEAD + DUTY + "zzz = 1\n",
        7,
        "behaviour.zzz: unknown key; known: by, says",
    ),
    "key of another kind": (HEAD + "level = 3\n" + DUTY, 4, "level: unknown key"),
    "unknown inner key": (
        HEAD + '[behaviour]\nby = "bot"\nsays.some = ["好"]\n',
        6,
        "behaviour.says.some: unknown key",
    ),
    "wrong type": (HEAD + 'score = "-5"\n' + DUTY, 4, "score: expected a number, got '-5'"),
    "string for a list": (
        HEAD + '[behaviour]\nsays.any = "好"\n',
        5,
        "behaviour.says.any: expected a list, each a string",
    ),
    "number in a list": (
        HEAD + '[behaviour]\nsays.any = [\n  "好",\n  3,\n]\n',
        7,
        "behaviour.says.any[1]: expected a string, not empty, got 3",
    ),
    "empty phrase": (
        HEAD + '[behaviour]\nsays.any = ["好", ""]\n',
        5,
        "says.any[1]: expected a string, not empty, got ''",
    ),
    "unknown word": (HEAD + '[behaviour]\nby = "custmer"\n', 5, "got 'custmer'; did you mean 'customer'?"),
    "unknown word in a list": (HEAD + '[behaviour]\norder = ["none", "payed"]\n', 5, "did you mean 'paid'?"),
    "list for a table": (
        HEAD + "behaviour = []\n",
        4,
        "behaviour: expected a table of kind Behaviour, got a list",
    ),
    "no duration": (
        RESPONSE + DUTY + TRIGGER + '[window]\nwithin = "2 min"\n',
        10,
        "a duration such as 20s, 3m, 2h or 1d",
    ),
    "number for a duration": (
        RESPONSE + DUTY + TRIGGER + "[window]\nwithin = 0\n",
        10,
        "a duration such as 20s",
    ),
    "level out of range": (
        'kind = "rating"\nid = "broken"\ntitle = "x"\nlevel = 6\n',
        4,
        "a whole number from 1 to 5, got 6",
    ),
    "bad id": (HEAD.replace('"broken"', '"Broken"') + DUTY, 2, "id: expected a name of lower-case letters"),
    "bad number": (HEAD + 'number = "5"\n' + DUTY, 4, "number: expected an alias such as R05, got '5'"),
}
