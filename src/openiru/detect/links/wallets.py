"""Says whether a word is the address of a wallet, by the checksum that it carries; Bitcoin, TRON and Ethereum."""

from __future__ import annotations

from hashlib import sha256

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_SUMS = {0: 1}
_BECH32M_SUM = 0x2BC830A3
_VERSIONS = {0x00: "bitcoin", 0x05: "bitcoin", 0x41: "tron"}
_RATE = 136
_LANES = (1 << 64) - 1


def wallet_of(word: str) -> str:
    """`chain:address` in its canonical writing, or nothing where the word is no wallet or its checksum is wrong."""
    if word[:2] in {"0x", "0X"} and len(word) == 42:
        return _ethereum(word[2:])
    if word[:3].lower() == "bc1":
        return _segwit(word)
    return _base58check(word) if 25 <= len(word) <= 35 else ""


def _base58check(word: str) -> str:
    """Base58Check (https://en.bitcoin.it/wiki/Base58Check_encoding); TRON's addresses are the same with version 0x41."""
    number = 0
    for letter in word:
        place = _BASE58.find(letter)
        if place < 0:
            return ""
        number = number * 58 + place
    if number >> 200:
        return ""
    raw = number.to_bytes(25, "big")
    zeros = len(word) - len(word.lstrip("1"))
    chain = _VERSIONS.get(raw[0], "")
    right = sha256(sha256(raw[:21]).digest()).digest()[:4] == raw[21:]
    return f"{chain}:{word}" if chain and right and zeros == len(raw) - len(raw.lstrip(b"\x00")) else ""


def _segwit(word: str) -> str:
    """Bech32 for witness version 0 (BIP 173), Bech32m for later ones (BIP 350)."""
    low = word.lower()
    values = [_BECH32.find(letter) for letter in low[3:]]
    if word not in (low, word.upper()) or not 14 <= len(word) <= 90 or -1 in values:
        return ""
    expected = _BECH32_SUMS.get(values[0], _BECH32M_SUM)
    return f"bitcoin:{low}" if _polymod([3, 3, 0, 2, 3, *values]) == expected and values[0] <= 16 else ""


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check


def _ethereum(digits: str) -> str:
    """Letters in both cases carry a checksum (EIP-55); in one case there is none, and any forty digits are an address."""
    low = digits.lower()
    if any(one not in "0123456789abcdef" for one in low):
        return ""
    if digits in (low, digits.upper()):
        return f"ethereum:0x{low}"
    hashed = keccak256(low.encode()).hex()
    written = "".join(one.upper() if int(half, 16) >= 8 else one for one, half in zip(low, hashed[:40], strict=True))
    return f"ethereum:0x{low}" if written == digits else ""


def keccak256(data: bytes) -> bytes:
    """Keccak with the padding from before SHA-3 (https://keccak.team/keccak_specs_summary.html), which Ethereum uses.

    Slow and not for secrets: a few dozen bytes of published addresses only.
    """
    padded = data + b"\x01" + b"\x00" * (-(len(data) + 2) % _RATE) + b"\x80"
    if (len(data) + 1) % _RATE == 0:
        padded = data + b"\x81"
    state = [0] * 25
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            state[lane] ^= int.from_bytes(padded[start + 8 * lane : start + 8 * lane + 8], "little")
        state = _permuted(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permuted(lanes: list[int]) -> list[int]:
    register = 1
    for _ in range(24):
        lanes = _chi(_rho_and_pi(_theta(lanes)))
        for bit in range(7):
            register = (register << 1) ^ (0x171 if register >> 7 else 0)
            if register & 2:
                lanes[0] ^= 1 << ((1 << bit) - 1)
    return lanes


def _theta(lanes: list[int]) -> list[int]:
    columns = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
    change = [columns[x - 1] ^ _turned(columns[(x + 1) % 5], 1) for x in range(5)]
    return [lane ^ change[place % 5] for place, lane in enumerate(lanes)]


def _rho_and_pi(lanes: list[int]) -> list[int]:
    moved = lanes[:]
    x, y, carried = 1, 0, lanes[1]
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        place = x + 5 * y
        moved[place] = _turned(carried, (step + 1) * (step + 2) // 2)
        carried = lanes[place]
    return moved


def _chi(lanes: list[int]) -> list[int]:
    rows = (lanes[start : start + 5] for start in range(0, 25, 5))
    return [row[x] ^ (~row[(x + 1) % 5] & _LANES & row[(x + 2) % 5]) for row in rows for x in range(5)]


def _turned(lane: int, bits: int) -> int:
    bits %= 64
    return (lane << bits | lane >> (64 - bits)) & _LANES
