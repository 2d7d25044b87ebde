"""From where the staff console may be reached: the listed addresses only (specification 001, 7(2)②ウa).

On AWS the API's resource policy refuses other sources before this code runs; this is the second lock,
and the one that the local cloud has.
"""

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from madoguchi.settings import settings


def admits(source: str) -> bool:
    """Whether a source address is on the list; what is no address is not."""
    try:
        address = ip_address(source)
    except ValueError:
        return False
    return any(address in network for network in _listed(settings().staff_cidrs))


@cache
def _listed(cidrs: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each.strip()) for each in cidrs.split(","))
