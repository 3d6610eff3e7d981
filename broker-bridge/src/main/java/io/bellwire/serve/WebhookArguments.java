package io.bellwire.serve;

import io.bellwire.admission.Network;
import io.bellwire.admission.TokenBucket;
import io.bellwire.delivery.DeliveryOptions;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.outbound.AddressRules;
import io.bellwire.outbound.OutboundOptions;
import io.bellwire.outbound.TargetLimit;
import io.bellwire.tls.OutboundTlsOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} about calls to partners' endpoints. Filled by picocli, then read. */
final class WebhookArguments {
    @Option(
            names = "--webhook-allow-network",
            paramLabel = "NETWORK",
            split = ",",
            description = "Addresses or networks, separated by commas, in which endpoints may be although they are not"
                    + " public, such as 10.1.0.0/16. The server's own ports are never called.")
    List<String> allowedNetworks = new ArrayList<>();

    @Option(
            names = "--webhook-http",
            description = "Allow URLs that begin with http://, for tests: orders then cross the network in plain text.")
    boolean http;

    @Option(
            names = "--webhook-source-address",
            paramLabel = "ADDRESS",
            description = "Address of this machine that endpoints are called from. Default: any.")
    @Nullable String sourceAddress;

    @Option(
            names = "--webhook-tls-ca",
            paramLabel = "FILE",
            description = "PEM file with authorities that are trusted besides those of the JDK.")
    @Nullable Path authority;

    @Option(
            names = "--webhook-tls-cert",
            paramLabel = "FILE",
            description = "PEM file with the certificate that is shown to endpoints that ask for one.")
    @Nullable Path certificate;

    @Option(names = "--webhook-tls-key", paramLabel = "FILE", description = "PEM file with its private key.")
    @Nullable Path key;

    @Option(
            names = "--webhook-target-in-flight-max",
            paramLabel = "N",
            defaultValue = "32",
            description = "Calls at once to one host, and to one address, of all endpoints together.")
    int targetInFlight;

    @Option(
            names = "--webhook-target-rate",
            paramLabel = "N",
            defaultValue = "500",
            description =
                    "Calls a second to one host, and to one address, of all endpoints together, 0 for any number.")
    int targetRate;

    @Option(
            names = "--webhook-calls-max",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Calls at once in all.")
    int callsMax;

    @Option(
            names = "--webhook-retries",
            paramLabel = "DURATION",
            split = ",",
            defaultValue = "5s,5m,30m,2h,5h,10h,14h,20h,24h",
            description =
                    "How long after each failed call the next one follows, separated by commas. After the last, the"
                            + " endpoint is disabled.")
    List<Duration> retries = new ArrayList<>();

    @Option(
            names = "--webhook-pause-after",
            paramLabel = "N",
            defaultValue = "5",
            description = "Calls in a row that must fail before an endpoint is only probed.")
    int pauseAfter;

    @Option(
            names = "--webhook-suspicious-after",
            paramLabel = "DURATION",
            defaultValue = "1h",
            description = "How long after a received call nothing may be processed until an endpoint is suspicious.")
    Duration suspiciousAfter = Duration.ofHours(1);

    @Option(
            names = "--webhook-signature-probe",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description =
                    "About how often an endpoint that receives calls gets one whose signature is wrong, to find out"
                            + " whether it checks signatures; 0s for never.")
    Duration signatureProbe = Duration.ZERO;

    /** Throws {@link IllegalArgumentException} or {@link ConfigurationException} that names the value. */
    WebhookOptions toWebhookOptions() {
        if ((certificate == null) != (key == null)) {
            throw new ConfigurationException("--webhook-tls-cert and --webhook-tls-key belong together");
        }
        Optional<OutboundTlsOptions.Identity> identity = certificate == null || key == null
                ? Optional.empty()
                : Optional.of(new OutboundTlsOptions.Identity(certificate, key));
        return new WebhookOptions(
                OutboundOptions.DEFAULT.toBuilder()
                        .httpAllowed(http)
                        .addresses(new AddressRules(
                                allowedNetworks.stream().map(Network::of).toList()))
                        .target(new TargetLimit(
                                targetInFlight,
                                targetRate == 0 ? TokenBucket.UNLIMITED : new TokenBucket(targetRate, targetRate)))
                        .callsMax(callsMax)
                        .tls(new OutboundTlsOptions(Optional.ofNullable(authority), identity))
                        .sourceAddress(Optional.ofNullable(sourceAddress).map(WebhookArguments::address))
                        .build(),
                DeliveryOptions.DEFAULT.withRetries(retries, pauseAfter).withWatch(suspiciousAfter, signatureProbe));
    }

    private static InetAddress address(String text) {
        return Optional.ofNullable(Network.literal(text))
                .orElseThrow(() -> new ConfigurationException("--webhook-source-address: " + text + " is no address"));
    }
}
