package io.bellwire.admission;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The network that a client connects from: its IPv4 address, or the first 64 bits of its IPv6 address, since the rest
 * is the client's to choose. Immutable.
 *
 * @param isIpv6 whether {@code network} is half of an IPv6 address
 * @param network the bits of the address, those of IPv4 in the lower half
 */
public record ClientAddress(boolean isIpv6, long network) {
    private static final int IPV4_BYTES = 4;
    private static final int GROUPS = 4;
    private static final int GROUP_BITS = 16;
    private static final ClientAddress UNKNOWN = new ClientAddress(false, 0);

    /** The address of the other end of a connection; 0.0.0.0 if that is not known. */
    public static ClientAddress of(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress socket && socket.getAddress() != null
                ? of(socket.getAddress())
                : UNKNOWN;
    }

    /** An IPv4 address that is written as IPv6 counts as IPv4: the JDK has converted it already. */
    public static ClientAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == IPV4_BYTES
                ? new ClientAddress(false, Integer.toUnsignedLong(bytes.getInt()))
                : new ClientAddress(true, bytes.getLong());
    }

    @Override
    public String toString() {
        if (!isIpv6) {
            return ((network >> 24) & 0xFF) + "." + ((network >> 16) & 0xFF) + "." + ((network >> 8) & 0xFF) + "."
                    + (network & 0xFF);
        }
        StringBuilder text = new StringBuilder();
        for (int group = GROUPS - 1; group >= 0; group--) {
            text.append(Long.toHexString((network >>> (group * GROUP_BITS)) & 0xFFFF))
                    .append(':');
        }
        return text.append(":/64").toString();
    }
}
