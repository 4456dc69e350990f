"""The random order of a list: which number stands at which place of a draw.

A draw shuffles the numbers 1 to `count` by a seed; nothing is read to know the place of one, so a
page costs the same among ten proposals as among a million. Every number is as likely at every
place, and every pair of numbers at every pair of places (tests: chi-squared).
"""

import numpy as np

SHUFFLED = 4096  # largest count that is shuffled whole, in 60 µs
ROUNDS = 8  # four are unfair to ten proposals
_MASK = 2**64 - 1


def drawn(seed: int, count: int, first: int, most: int) -> list[int]:
    """The numbers at the places `first`, `first` + 1, … of a draw among 1 to `count`.

    At most `most` of them, fewer at the end of the draw. Places begin at 0.
    """
    last = min(first + most, count)
    if count <= SHUFFLED:
        order = np.random.Generator(np.random.PCG64(seed)).permutation(count)
        shown: list[int] = (order[first:last] + 1).tolist()
        return shown
    keys = _keys(seed)
    return [_encrypted(place, keys, count) + 1 for place in range(first, last)]


def _encrypted(place: int, keys: list[int], count: int) -> int:
    """A place through a Feistel network, a permutation of all numbers of as many bits as `count`;
    what falls beyond `count` goes through again (cycle walking).

    Source: Luby and Rackoff, 1988; Black and Rogaway, 2002.
    """
    bits = (count - 1).bit_length()
    low = bits // 2
    high_mask, low_mask = (1 << bits - low) - 1, (1 << low) - 1
    while True:
        left, right = place >> low, place & low_mask
        for odd, even in zip(keys[::2], keys[1::2], strict=True):
            left ^= _mixed(right ^ odd) & high_mask
            right ^= _mixed(left ^ even) & low_mask
        place = left << low | right
        if place < count:
            return place


def _keys(seed: int) -> list[int]:
    """The keys of the rounds: the outputs of splitmix64 for a seed."""
    return [_mixed(seed + turn * 0x9E3779B97F4A7C15) for turn in range(1, ROUNDS + 1)]


def _mixed(value: int) -> int:
    """The finalizer of splitmix64 (Steele, Lea and Flood, 2014): 64 bits to 64 bits."""
    value &= _MASK
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    value = (value ^ value >> 27) * 0x94D049BB133111EB & _MASK
    return value ^ value >> 31
