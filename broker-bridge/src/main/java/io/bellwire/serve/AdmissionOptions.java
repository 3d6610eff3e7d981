package io.bellwire.serve;

import io.bellwire.admission.FailedLoginLimits;
import io.bellwire.admission.TokenBucket;
import io.bellwire.broker.BrokerOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} that limit how often clients connect and log in. Filled by picocli, then read. */
final class AdmissionOptions {
    @Option(
            names = "--mqtt-connections-per-address-max",
            paramLabel = "N",
            defaultValue = "15000",
            description = "MQTT connections at once from one address, 0 for no such limit.")
    int connectionsPerAddressMax;

    @Option(
            names = "--mqtt-silent-connections-max",
            paramLabel = "N",
            defaultValue = "0",
            description = "MQTT connections that have not asked to log in yet: beyond it, the oldest is closed for each"
                    + " new one; 0 for a quarter of --mqtt-connections-max.")
    int silentConnectionsMax;

    @Option(
            names = "--mqtt-connect-rate",
            paramLabel = "N",
            defaultValue = "500",
            description = "MQTT connections a second that one address may open, 0 for no such limit.")
    int connectRate;

    @Option(
            names = "--mqtt-connect-burst",
            paramLabel = "N",
            defaultValue = "10000",
            description = "MQTT connections that one address may open at once after a pause.")
    int connectBurst;

    @Option(
            names = "--mqtt-login-rate",
            paramLabel = "N",
            defaultValue = "10",
            description = "MQTT logins a second of each device, 0 for no such limit.")
    int loginRate;

    @Option(
            names = "--mqtt-login-burst",
            paramLabel = "N",
            defaultValue = "300",
            description = "MQTT logins of a device at once after a pause.")
    int loginBurst;

    @Option(
            names = "--failed-login-rate",
            paramLabel = "N",
            defaultValue = "1",
            description = "Logins a second from one address that may fail, over MQTT and HTTP together, before its"
                    + " unknown clients have to wait; 0 for no such limit.")
    int failedLoginRate;

    @Option(
            names = "--failed-login-burst",
            paramLabel = "N",
            defaultValue = "100",
            description = "Logins from one address that may fail at once after a pause.")
    int failedLoginBurst;

    @Option(
            names = "--failed-login-wait-max",
            paramLabel = "DURATION",
            defaultValue = "1m",
            description = "Longest wait after failed logins; the first is 1s, and each one twice as long.")
    Duration failedLoginWaitMax = Duration.ZERO;

    FailedLoginLimits failedLogins() {
        return new FailedLoginLimits(new TokenBucket(failedLoginRate, failedLoginBurst), failedLoginWaitMax);
    }

    /** Sets the limits of the broker. */
    BrokerOptions.Builder limit(BrokerOptions.Builder mqtt) {
        return mqtt.maxConnectionsPerAddress(connectionsPerAddressMax)
                .maxSilentConnections(silentConnectionsMax)
                .connectRatePerAddress(connectRate)
                .connectBurstPerAddress(connectBurst)
                .loginRatePerDevice(loginRate)
                .loginBurstPerDevice(loginBurst);
    }
}
