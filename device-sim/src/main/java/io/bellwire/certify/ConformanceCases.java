package io.bellwire.certify;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * All cases, in the order of their numbers. A new case goes to the class of its subject and has the next number:
 * numbers and ids never change, so that reports of different versions can be compared.
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
                    PresenceCases.ALL,
                    EndpointCases.ALL)
            .flatMap(List::stream)
            .sorted(Comparator.comparingInt(ConformanceCase::number))
            .toList();

    private ConformanceCases() {}
}
