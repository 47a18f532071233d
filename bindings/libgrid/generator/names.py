"""Made-up names: common syllables joined at random; none is meant to be a real place."""

import numpy as np

FIRST = "安清和永福龙凤锦文仁德瑞丰平双金玉竹柏梅桂松兰云石长春望"
SECOND = "和溪泉桥林家坪源乐宁康兴义庆堰湾坝塘园庙井岭田河润华明祥"
SOUNDS = (
    "An Qing He Yong Fu Long Feng Jin Wen Ren De Rui Feng Ping Shuang Jin Yu Zhu Bai Mei Gui Song Lan Yun "
    "Shi Chang Chun Wang He Xi Quan Qiao Lin Jia Ping Yuan Le Ning Kang Xing Yi Qing Yan Wan Ba Tang Yuan "
    "Miao Jing Ling Tian He Run Hua Ming Xiang"
)
PINYIN = dict(zip(FIRST + SECOND, SOUNDS.split(), strict=True))


def draw_names(n: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """`n` different pairs of a Chinese name and its transcription; numbered where the syllables run out."""
    pairs = [(a, b) for a in FIRST for b in SECOND if a != b and PINYIN[a] != PINYIN[b]]
    order = rng.permutation(len(pairs))
    names = []
    for k in range(n):
        a, b = pairs[order[k % len(pairs)]]
        again = k // len(pairs)
        suffix = "" if again == 0 else str(again + 1)
        names.append((a + b + suffix, PINYIN[a] + PINYIN[b].lower() + suffix))
    return names
