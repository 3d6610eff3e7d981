package io.bellwire.device.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

/** Sockets with TLS, whose handshake is done, and whose server has been verified. */
public final class TlsSockets {
    private TlsSockets() {}

    /**
     * Adds TLS to a socket that is connected; closing the result closes it too.
     *
     * @param server the name that the server's certificate must have
     */
    public static SSLSocket secure(Socket connected, InetSocketAddress server, ClientTls tls) throws IOException {
        SSLSocket socket = (SSLSocket) tls.context()
                .getSocketFactory()
                .createSocket(connected, server.getHostString(), server.getPort(), true);
        socket.setSSLParameters(tls.parameters());
        socket.startHandshake();
        return socket;
    }
}
