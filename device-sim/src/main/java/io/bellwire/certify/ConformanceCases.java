package io.bellwire.certify;

import java.util.List;
import java.util.stream.Stream;

/**
 * All cases; a case's number is its place in this list. A new case comes last in its group; then the protocol's table
 * is renumbered too.
 */
final class ConformanceCases {
    static final List<ConformanceCase> ALL = Stream.of(
                    FeedCases.ALL,
                    ResetCases.ALL,
                    PositionCases.ALL,
                    OrderCases.ALL,
                    OrderChangeCases.ALL,
                    EventCases.ALL,
                    RefusalCases.ALL,
                    SignalCases.ALL,
                    ConnectionCases.ALL,
                    SecretCases.ALL,
                    StreamCases.ALL,
                    RateCases.ALL,
                    WebSocketCases.ALL,
                    PresenceCases.ALL)
            .flatMap(List::stream)
            .toList();

    private ConformanceCases() {}

    /** The case's number, from 1. */
    static int numberOf(ConformanceCase one) {
        return ALL.indexOf(one) + 1;
    }
}
