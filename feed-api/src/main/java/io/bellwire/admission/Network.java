package io.bellwire.admission;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * All addresses with the same first bits. Immutable.
 *
 * @param bits all bits of an address in that network
 * @param addressBytes 4 or 16
 * @param prefixBits how many bits are those of the network
 */
public record Network(BigInteger bits, int addressBytes, int prefixBits) {
    private static final int BYTE_BITS = 8;

    /**
     * A network such as {@code 10.0.0.0/8}, {@code fd00::/8} or {@code 192.0.2.7}; throws {@link
     * IllegalArgumentException} that names a malformed one.
     */
    public static Network of(String text) {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
        String prefix = slash < 0 ? "" : text.substring(slash + 1);
        if (address == null || (slash >= 0 && !prefix.matches("[0-9]{1,3}"))) {
            throw new IllegalArgumentException(text + " is neither an address nor a network such as 10.0.0.0/8");
        }
        byte[] bytes = address.getAddress();
        int prefixBits = slash < 0 ? bytes.length * BYTE_BITS : Integer.parseInt(prefix);
        if (prefixBits > bytes.length * BYTE_BITS) {
            throw new IllegalArgumentException(text + " has more bits than an address");
        }
        return new Network(new BigInteger(1, bytes), bytes.length, prefixBits);
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        int shift = addressBytes * BYTE_BITS - prefixBits;
        return bytes.length == addressBytes
                && new BigInteger(1, bytes).shiftRight(shift).equals(bits.shiftRight(shift));
    }

    /** The address; null if the text is none. Never asks a name server. */
    public static @Nullable InetAddress literal(String text) {
        boolean isIpv6 = text.contains(":") && text.matches("[0-9a-fA-F:.]+");
        if (!isIpv6 && !text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException malformed) {
            return null;
        }
    }
}
