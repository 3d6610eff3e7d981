package io.bellwire.certify;

import java.util.List;
import java.util.stream.Stream;

/** All cases; a case's number is its place here. New ones come last in their group, and the protocol's table moves along. */
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

    /** From 1. */
    static int numberOf(ConformanceCase one) {
        return ALL.indexOf(one) + 1;
    }
}
