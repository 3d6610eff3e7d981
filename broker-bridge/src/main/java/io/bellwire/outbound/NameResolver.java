package io.bellwire.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks names up, such as {@link InetAddress#getAllByName}. May block. Implementations are thread-safe. */
@FunctionalInterface
public interface NameResolver {
    /** All addresses of the name, at least one. */
    List<InetAddress> resolve(String name) throws UnknownHostException;
}
