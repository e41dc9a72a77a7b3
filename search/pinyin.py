"""Pinyin: how a Chinese word is read, and what a reader may have meant by Latin letters.

A word may be typed by full syllables (lidianchi), initials (ldc) or both mixed (lidc). Which of
the readings exist in the index, and which one is meant, is the service's to decide.
"""

from functools import lru_cache

from search.text import is_han

_SYLLABLE_LIST = """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang
cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan
chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de den deng di dian
diao die ding diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng fo fou fu
ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang
hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin
jing jiong jiu ju juan jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang
kui kun kuo la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu lo long lou
lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou
mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nun
nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian
qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru rua
ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shen sheng shi
shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang
tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo
wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying
yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe
zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun
zuo
"""
_SYLLABLES = frozenset(_SYLLABLE_LIST.split())
_INITIALS = frozenset([*"bpmfdtnlgkhjqxzcsrywaoe", "zh", "ch", "sh"])
_BEGINNINGS = frozenset(s[:n] for s in _SYLLABLES for n in range(1, len(s) + 1))
_LONGEST_SYLLABLE = 6
_LONGEST_TYPED = 40
_MOST_PARSES = 24
LONGEST_READ = 16
"""Characters of a word that gets a reading; beyond that are sentences."""


@lru_cache(maxsize=65_536)
def syllables_of(word: str) -> tuple[str, ...]:
    """How a Chinese word is read, one syllable a character without tones, ü as v.

    Empty for a word with other than Han characters, or too long to be typed.
    """
    if not 1 < len(word) <= LONGEST_READ or not is_han(word):
        return ()
    # The phrase dictionary takes 60 MB and a third of a second: only writers and advice pay it.
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(word, errors="ignore"))


@lru_cache(maxsize=4_096)
def parse_typed(letters: str, is_open: bool) -> tuple[tuple[str, ...], ...]:
    """The ways to read typed letters as syllables and initials, those with fewest parts first.

    `is_open`: the reader is still typing, so the last syllable may be unfinished. Empty when the
    letters are no pinyin.
    """
    if not letters.isascii() or not 2 - is_open <= len(letters) <= _LONGEST_TYPED:
        return ()
    found: list[tuple[str, ...]] = []
    partial: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    while partial and len(found) < _MOST_PARSES:
        start, parts = partial.pop()
        if start == len(letters):
            found.append(parts)
            continue
        # Longest piece last on the stack, so that it is taken first.
        for end in range(start + 1, min(start + _LONGEST_SYLLABLE, len(letters)) + 1):
            piece = letters[start:end]
            is_last = end == len(letters)
            if (
                piece in _SYLLABLES
                or piece in _INITIALS
                or (is_open and is_last and piece in _BEGINNINGS)
            ):
                partial.append((end, (*parts, piece)))
    return tuple(sorted(set(found), key=lambda parts: (len(parts), parts)))


def initials_of(parts: tuple[str, ...]) -> str:
    """The first letter of each part."""
    return "".join(part[0] for part in parts)


def is_spelt_out(parts: tuple[str, ...]) -> bool:
    """Whether all parts but the last, which may be unfinished, are whole syllables."""
    return all(part in _SYLLABLES and part not in _INITIALS for part in parts[:-1])


def is_read_so(syllables: tuple[str, ...], parts: tuple[str, ...], is_open: bool) -> bool:
    """Whether a word of these syllables may be typed by these parts.

    `is_open`: the word may go on, and the last syllable too.
    """
    if len(syllables) < len(parts) or (not is_open and len(syllables) != len(parts)):
        return False
    last = len(parts) - 1
    for position, part in enumerate(parts):
        syllable = syllables[position]
        if syllable == part or (part in _INITIALS and syllable.startswith(part)):
            continue
        if not (is_open and position == last and syllable.startswith(part)):
            return False
    return True
