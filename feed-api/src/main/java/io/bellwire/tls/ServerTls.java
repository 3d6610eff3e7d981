package io.bellwire.tls;

import io.bellwire.admission.ClientAddress;
import io.bellwire.runtime.Sha256;
import io.bellwire.runtime.TimerThread;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of TLS for all ports. Its files are looked at every few seconds: if they have changed and are
 * sound, new connections use them; else the old ones stay in use. Each reading makes a new context, so that no session
 * of an authority that is no longer trusted is resumed. Thread-safe.
 */
public final class ServerTls implements AutoCloseable {
    /** The application protocols of RFC 7301 that our ports speak. */
    public static final String HTTP_1_1 = "http/1.1";

    public static final String MQTT = "mqtt";

    private static final Logger log = LoggerFactory.getLogger(ServerTls.class);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    /** Authenticated encryption and forward secrecy only, as RFC 9325 recommends. */
    private static final String[] CIPHER_SUITES = {
        "TLS_AES_256_GCM_SHA384",
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    };

    private final TlsOptions options;
    private final SecureRandom random;
    private final TimerThread timer = new TimerThread("tls");
    private final HandshakeQueue handshakes =
            new HandshakeQueue(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    private final Counter loaded;
    private final Counter refused;
    private volatile PemFiles current;
    /** What the files contained when they were last used or refused. */
    private List<String> tried;
    /** What they contained at the last look, if that was something else. */
    private @Nullable List<String> changed;

    private ServerTls(TlsOptions options, SecureRandom random, MeterRegistry meters) {
        this.options = options;
        this.random = random;
        // the files first: nothing is left behind if they are wrong
        this.tried = digests();
        this.current = PemFiles.read(options, random);
        this.loaded = reloads(meters, "loaded");
        this.refused = reloads(meters, "refused");
        Gauge.builder("bellwire.tls.certificate.expiry", this, tls -> tls.expirySeconds())
                .description("When the server's certificate ends, in seconds since 1970")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("bellwire.tls.handshakes.waiting", handshakes, HandshakeQueue::size)
                .description("Steps of TLS handshakes that wait for a thread")
                .register(meters);
    }

    private static Counter reloads(MeterRegistry meters, String result) {
        return Counter.builder("bellwire.tls.reloads")
                .description("How often files of TLS had changed and were read again")
                .tag("result", result)
                .register(meters);
    }

    /** Reads the files. Throws {@link IllegalArgumentException} of one line that names the file that is wrong. */
    public static ServerTls open(TlsOptions options, SecureRandom random, MeterRegistry meters) {
        return open(options, LOOK_INTERVAL, random, meters);
    }

    /** @param lookInterval how often the files are looked at */
    static ServerTls open(TlsOptions options, Duration lookInterval, SecureRandom random, MeterRegistry meters) {
        ServerTls tls = new ServerTls(options, random, meters);
        Future<?> unused = tls.timer.scheduleWithFixedDelay(
                tls::look, lookInterval.toMillis(), lookInterval.toMillis(), TimeUnit.MILLISECONDS);
        return tls;
    }

    /**
     * The server's side of a new connection.
     *
     * @param protocol what the port speaks; a client that offers only others is refused
     */
    public SSLEngine newEngine(String protocol) {
        SSLEngine engine = current.context().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setCipherSuites(CIPHER_SUITES);
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(new String[] {protocol});
        if (options.clients().isPresent()) {
            if (options.clients().get().isRequired()) {
                parameters.setNeedClientAuth(true);
            } else {
                parameters.setWantClientAuth(true);
            }
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** What the client's certificate says of it; empty if it has shown none. The certificate has been verified. */
    public Optional<ClientCertificate> clientOf(SSLSession session) {
        if (options.clients().isEmpty()) {
            return Optional.empty();
        }
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? Optional.of(
                            new ClientCertificate(options.clients().get().name().of(certificate)))
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    /** Reads the files now, whether they have changed or not. Returns why the old ones stay in use; empty if they do not. */
    public synchronized Optional<String> reload() {
        return use(digests());
    }

    /** Uses the files if they have changed, and are the same as at the last look: nobody writes them any more. */
    private synchronized void look() {
        List<String> now = digests();
        if (now.equals(tried)) {
            changed = null;
        } else if (now.equals(changed)) {
            Optional<String> unused = use(now);
        } else {
            changed = now;
        }
    }

    private Optional<String> use(List<String> now) {
        tried = now;
        changed = null;
        try {
            current = PemFiles.read(options, random);
        } catch (IllegalArgumentException e) {
            refused.increment();
            log.warn("TLS goes on with the old certificate: {}", e.getMessage());
            return Optional.of(String.valueOf(e.getMessage()));
        }
        loaded.increment();
        log.info(
                "TLS uses the certificate of {} until {}",
                current.certificate().getSubjectX500Principal(),
                current.certificate().getNotAfter().toInstant());
        return Optional.empty();
    }

    /** One for each file. */
    private List<String> digests() {
        List<Path> files = new ArrayList<>(List.of(options.certificate(), options.key()));
        options.clients().map(TlsOptions.ClientCertificates::authority).ifPresent(files::add);
        return files.stream().map(ServerTls::digest).toList();
    }

    private static String digest(Path file) {
        try {
            return HexFormat.of().formatHex(Sha256.of(Files.readAllBytes(file)));
        } catch (IOException e) {
            return "unreadable";
        }
    }

    private double expirySeconds() {
        return current.certificate().getNotAfter().toInstant().getEpochSecond();
    }

    /** Runs a step of a handshake with a client of this address, on another thread. */
    public void runHandshake(ClientAddress from, Runnable step) {
        handshakes.execute(from, step);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        handshakes.close();
    }
}
