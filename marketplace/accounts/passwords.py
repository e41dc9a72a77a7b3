"""Which passwords are good enough: long, and not the first that anybody would guess.

No rule asks for signs of several kinds: NIST SP 800-63B part 3.1.1.2.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from marketplace.accounts.problems import AccountProblem
from marketplace.accounts.secrets import LONGEST_PASSWORD, SHORTEST_PASSWORD

# What such words are made of, whatever stands around them.
_COMMON = (
    "password",
    "passw0rd",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "1q2w3e4r",
    "1qaz2wsx",
    "woaini",
    "iloveyou",
    "admin",
    "letmein",
    "welcome",
    "zhengzhou",
    "mima",
)
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")
_FEWEST_OTHERS = 5
_FEWEST_DIFFERENT = 5


def check_password(password: str, email: str, name: str, *, field: str = "password") -> None:
    """Pass, or say what would be better.

    :param field: which field to blame.
    :raises AccountProblem: for a password that is too short, too long or easily guessed.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise AccountProblem(
            field,
            _l(
                "密码至少 %(least)s 个字符，现在是 %(now)s 个。几个不相干的词连起来就好记又够长。",
                least=SHORTEST_PASSWORD,
                now=len(password),
            ),
        )
    if len(password) > LONGEST_PASSWORD:
        raise AccountProblem(field, _l("密码最多 %(most)s 个字符。", most=LONGEST_PASSWORD))
    if _is_easily_guessed(password.casefold(), email, name):
        raise AccountProblem(
            field, _l("这个密码太容易猜到。别用姓名、邮箱、连着的数字或键盘上相邻的键。")
        )


def _is_easily_guessed(password: str, email: str, name: str) -> bool:
    if len(set(password)) < _FEWEST_DIFFERENT:
        return True
    own = [email.partition("@")[0], *name.casefold().split()]
    rest = password
    for known in (*_COMMON, *(one for one in own if len(one) > 2)):
        rest = rest.replace(known, "")
    for run in _RUNS:
        for length in range(len(run), 3, -1):
            for start in range(len(run) - length + 1):
                rest = rest.replace(run[start : start + length], "")
    return len(rest) < _FEWEST_OTHERS
