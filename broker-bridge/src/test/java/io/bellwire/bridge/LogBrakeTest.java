package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogBrakeTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(LogBrakeTest.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private final LogBrake brake = new LogBrake(logger);

    @BeforeEach
    void listen() {
        logger.setAdditive(false);
        said.start();
        logger.addAppender(said);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(said);
        logger.setAdditive(true);
    }

    private long lines(long nowNanos) {
        said.list.clear();
        brake.warn(nowNanos, "what", new IllegalStateException("why"));
        return said.list.stream()
                .filter(line -> line.getFormattedMessage().contains("since the last such line"))
                .count();
    }

    @Test
    void oneLineInTenSeconds() {
        assertEquals(1, lines(0));
        assertEquals(0, lines(TimeUnit.SECONDS.toNanos(10) - 1));
        assertEquals(1, lines(TimeUnit.SECONDS.toNanos(10)));
        assertEquals(1, lines(TimeUnit.DAYS.toNanos(30)));
    }
}
