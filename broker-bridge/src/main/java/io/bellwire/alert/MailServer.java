package io.bellwire.alert;

import io.bellwire.admission.Network;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The mail server that takes alerts. Immutable. The constructor throws {@link IllegalArgumentException} of one line.
 *
 * @param url {@code smtp://HOST:PORT}, where STARTTLS is used if the server offers it, {@code
 *     smtp://HOST:PORT?starttls=required} or {@code smtps://HOST:PORT}; the ports are 587 and 465 if there is none
 * @param login empty if the server asks for none
 * @param from the address in the messages
 * @param authority PEM: certificates of authorities that are trusted besides those of the JDK
 * @param timeout for the connection, and for each time that the server is waited for
 * @param mailTime for all of one mail, from the connection to the last answer: a server that always sends a little in
 *     time holds up the other mails no longer
 */
public record MailServer(
        URI url, Optional<Login> login, String from, Optional<Path> authority, Duration timeout, Duration mailTime) {
    public static final Duration TIMEOUT = Duration.ofSeconds(10);
    public static final Duration MAIL_TIME = TIMEOUT.multipliedBy(3);

    static final List<String> TLS_PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    private static final String SMTPS = "smtps";
    private static final String REQUIRED = "starttls=required";

    /** A user with a password. */
    public record Login(String user, String password) {
        /** Without the password. */
        @Override
        public String toString() {
            return user;
        }
    }

    public MailServer {
        boolean isSmtps = SMTPS.equals(url.getScheme());
        if (!isSmtps && !"smtp".equals(url.getScheme())) {
            throw new IllegalArgumentException("the URL must begin with smtp:// or smtps://, is " + url);
        }
        String rest = url.getRawQuery() == null ? "" : url.getRawQuery();
        if (url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null
                || !url.getRawPath().matches("/?")
                || !(rest.isEmpty() || (rest.equals(REQUIRED) && !isSmtps))) {
            throw new IllegalArgumentException(
                    "the URL must be smtp://HOST:PORT, smtp://HOST:PORT?starttls=required or smtps://HOST:PORT");
        }
        requireAddress(from);
        if (login.isPresent() && !isSmtps && rest.isEmpty() && !isLoopback(url.getHost())) {
            throw new IllegalArgumentException(
                    "a password needs smtps:// or ?starttls=required: else it may cross the network in plain text");
        }
    }

    /** Parses the URL; {@link IllegalArgumentException} of one line, which never shows credentials. */
    public static URI parse(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the URL must be smtp://HOST:PORT or smtps://HOST:PORT", e);
        }
    }

    /** Returns the address if mail can go to it; else throws {@link IllegalArgumentException}. */
    public static String requireAddress(String address) {
        try {
            new InternetAddress(address, true).validate();
            if (!address.matches("[\\x21-\\x7E]+@[\\x21-\\x7E]+") || address.matches(".*[<>,;:\"()\\[\\]\\\\].*")) {
                throw new AddressException("more than an address");
            }
            return address;
        } catch (AddressException e) {
            throw new IllegalArgumentException(
                    "\"" + new Alert("", address, List.of()).subject() + "\" is no e-mail address", e);
        }
    }

    private static boolean isLoopback(String host) {
        String name = host.replaceAll("[\\[\\]]", "");
        InetAddress literal = Network.literal(name);
        return name.equals("localhost") || (literal != null && literal.isLoopbackAddress());
    }

    boolean isSmtps() {
        return SMTPS.equals(url.getScheme());
    }

    boolean isStartTlsRequired() {
        return REQUIRED.equals(url.getRawQuery());
    }

    String host() {
        return url.getHost().replaceAll("[\\[\\]]", "");
    }

    int port() {
        return url.getPort() > 0 ? url.getPort() : isSmtps() ? 465 : 587;
    }
}
