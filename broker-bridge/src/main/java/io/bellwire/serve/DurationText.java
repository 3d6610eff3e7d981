package io.bellwire.serve;

import io.bellwire.route.TimeSpan;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts durations on the command line, see {@link TimeSpan}. */
final class DurationText implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return TimeSpan.parse(text)
                .orElseThrow(
                        () -> new TypeConversionException("'" + text + "' is not a number and one of ms, s, m, h, d"));
    }
}
