package io.bellwire.broker;

import io.bellwire.admission.TrustedProxies;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;

/**
 * The client at the other end of a connection: its address, which a trusted proxy may give, and its place. Used only on
 * the channel's event loop.
 */
final class AdmittedClient {
    private static final AttributeKey<AdmittedClient> KEY = AttributeKey.valueOf(AdmittedClient.class, "client");

    private final Admission admission;
    private final InetSocketAddress local;
    private InetSocketAddress address;
    private Admission.Place place;

    private AdmittedClient(Admission admission, InetSocketAddress local, InetSocketAddress address, boolean isProxy) {
        this.admission = admission;
        this.local = local;
        this.address = address;
        this.place = isProxy ? admission.admitProxy() : admission.admit(address, local);
    }

    /**
     * Admits the client of a new connection, or finds out why it is refused; its place is free again when the
     * connection closes.
     *
     * @param address the client's; that of a trusted proxy if it has not said whose connection this is
     */
    static AdmittedClient admit(
            Channel channel, Admission admission, TrustedProxies proxies, InetSocketAddress address) {
        AdmittedClient client = new AdmittedClient(
                admission, (InetSocketAddress) channel.localAddress(), address, proxies.trusts(address));
        channel.attr(KEY).set(client);
        channel.closeFuture().addListener(closed -> client.release());
        return client;
    }

    /** The client of this connection. */
    static AdmittedClient of(Channel channel) {
        return channel.attr(KEY).get();
    }

    InetSocketAddress address() {
        return address;
    }

    Admission.Place place() {
        return place;
    }

    /** Takes a place of its own for the client that a proxy has named in a request. */
    void become(InetSocketAddress client) {
        release();
        address = client;
        place = admission.admit(client, local);
    }

    private void release() {
        admission.release(place, address);
    }
}
