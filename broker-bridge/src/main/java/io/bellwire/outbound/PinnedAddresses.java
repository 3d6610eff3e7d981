package io.bellwire.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The checked addresses of a host, the only ones that its connections may go to. Two lookups with the same addresses in
 * another order are equal, and share connections; with other addresses they share none. Immutable.
 *
 * @param addresses in the order of their bytes
 */
record PinnedAddresses(List<InetAddress> addresses) {
    PinnedAddresses {
        addresses = addresses.stream()
                .distinct()
                .sorted(Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned))
                .toList();
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a host needs an address");
        }
    }

    /**
     * The addresses to try, one after the other.
     *
     * @param host with which TLS compares the certificate; an address has none of its own, or one that DNS gave it
     * @param first which address is the first to be tried, so that connections spread over all; any number
     */
    List<InetSocketAddress> toConnect(String host, int port, int first) {
        List<InetSocketAddress> result = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            InetAddress address = addresses.get(Math.floorMod(first + i, addresses.size()));
            try {
                result.add(new InetSocketAddress(InetAddress.getByAddress(host, address.getAddress()), port));
            } catch (UnknownHostException e) {
                throw new IllegalStateException("the bytes of an address are an address", e);
            }
        }
        return result;
    }
}
