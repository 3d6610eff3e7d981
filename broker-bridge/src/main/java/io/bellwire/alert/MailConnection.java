package io.bellwire.alert;

import io.bellwire.runtime.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection for one mail. It is cut when the time of the mail is over, whatever the mail server is doing then: the
 * timeout of a single read never ends with a server that sends a byte every few seconds. Only the look-up of the
 * server's name is not cut; the system's resolver ends it. Thread-safe.
 */
final class MailConnection implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MailConnection.class);

    /** Never TLS, even if TLS is spoken over it: closing it does not wait for whoever reads or writes. */
    private final Socket socket = new Socket();

    private final Scheduler.Alarm end;
    private volatile boolean isCut;

    /** The time of the mail begins. */
    MailConnection(Scheduler scheduler, Duration time) {
        this.end = scheduler.schedule(time, this::cut);
    }

    private void cut() {
        isCut = true;
        closeSocket();
    }

    /** Whether the time of the mail was over before the end. */
    boolean isCut() {
        return isCut;
    }

    /** Connects; with {@code smtps}, TLS begins at once, and the certificate must be the server's. */
    Socket open(MailServer server, SSLSocketFactory tls) throws IOException {
        int timeoutMillis = Math.toIntExact(server.timeout().toMillis());
        // with its name, or who asks the address for one gets what the network says
        InetAddress address = InetAddress.getByAddress(
                server.host(), InetAddress.getByName(server.host()).getAddress());
        socket.connect(new InetSocketAddress(address, server.port()), timeoutMillis);
        socket.setSoTimeout(timeoutMillis);
        if (!server.isSmtps()) {
            return socket;
        }
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, server.host(), server.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setProtocols(MailServer.TLS_PROTOCOLS.toArray(String[]::new));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    @Override
    public void close() {
        end.cancel();
        closeSocket();
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("a connection to the mail server is closed badly", e);
        }
    }
}
