"""The network of a request's address, for rate limits."""

import pytest

from api.core.identity import networks


@pytest.mark.parametrize(
    "same",
    [
        ("2001:db8:0:0::1", "2001:db8::2", "2001:0db8:0000:0000:ffff::", "[2001:db8::9]:443"),
        ("fe80::1%eth0", "fe80::2%eth1", "fe80::1"),
        ("192.0.2.7", "192.0.2.7:5061", "::ffff:192.0.2.7", "[::ffff:192.0.2.7]:80"),
    ],
)
def test_l2_one_network_however_its_addresses_are_written(same: tuple[str, ...]) -> None:
    assert len({networks(address) for address in same}) == 1


def test_l2_addresses_of_ipv6_count_by_64_and_by_48() -> None:
    assert networks("2001:db8:1:2:3::4") == ("2001:db8:1:2::/64", "2001:db8:1::/48")
    assert networks("2001:db8:1:3::4") == ("2001:db8:1:3::/64", "2001:db8:1::/48")
    assert networks("192.0.2.7") == ("192.0.2.7", "")


@pytest.mark.parametrize("odd", ["", "unknown", "unix:", "_hidden", "999.1.2.3", "a:b", "[", "%"])
def test_what_is_no_address_has_a_network_too(odd: str) -> None:
    near, wider = networks(odd)
    assert isinstance(near, str)
    assert wider == ""
