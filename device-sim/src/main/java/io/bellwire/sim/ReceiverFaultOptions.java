package io.bellwire.sim;

import io.bellwire.receiver.ReceiverFaults;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that tell a receiver to misbehave. Filled by picocli, then read. */
final class ReceiverFaultOptions {
    @Option(
            names = "--delay",
            paramLabel = "TIME",
            converter = Time.class,
            description = "time before each answer, such as 300ms or 2s")
    private Duration delay = Duration.ZERO;

    @Option(names = "--fail-rate", paramLabel = "RATE", description = "answers 500, and applies nothing")
    private double failRate;

    @Option(names = "--lie-rate", paramLabel = "RATE", description = "answers 2xx, and applies nothing")
    private double lieRate;

    @Option(names = "--false-failure-rate", paramLabel = "RATE", description = "applies, and answers 500")
    private double falseFailureRate;

    @Option(
            names = "--forget-rate",
            paramLabel = "RATE",
            description = "forgets what it has applied: a repetition is applied a second time")
    private double forgetRate;

    @Option(names = "--drop-rate", paramLabel = "RATE", description = "closes the connection, and applies nothing")
    private double dropRate;

    @Option(names = "--status", description = "answers each call with this, such as 410, and applies nothing")
    private int status;

    @Option(
            names = "--too-large-over",
            paramLabel = "BYTES",
            description = "answers longer bodies with 413, and applies nothing")
    private int tooLargeOver = ReceiverFaults.NONE.tooLargeOver();

    @Option(
            names = "--retry-after",
            paramLabel = "TIME",
            converter = Time.class,
            description = "answers 429 for this time, with Retry-After, as often as --busy-rate says")
    private Duration retryAfter = Duration.ZERO;

    @Option(names = "--busy-rate", paramLabel = "RATE", description = "0.2 if --retry-after is given")
    private double busyRate = -1;

    ReceiverFaults toFaults() {
        double busy = retryAfter.isZero() ? 0 : 0.2;
        return new ReceiverFaults(
                delay,
                failRate,
                lieRate,
                falseFailureRate,
                forgetRate,
                dropRate,
                status,
                tooLargeOver,
                retryAfter,
                busyRate < 0 ? busy : busyRate);
    }

    /** Reads times such as {@code 300ms} and {@code 2s}. */
    static final class Time implements ITypeConverter<Duration> {
        private static final Pattern TIME = Pattern.compile("([0-9]{1,7})(ms|s)");

        @Override
        public Duration convert(String text) {
            Matcher time = TIME.matcher(text);
            if (!time.matches()) {
                throw new TypeConversionException("a time must be like 300ms or 2s, is " + text);
            }
            long number = Long.parseLong(time.group(1));
            return time.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
        }
    }
}
