package io.bellwire.broker;

import org.junit.jupiter.api.Nested;

/** The guard does the same on WebSocket as on plain TCP: runs the same tests with every packet in frames. */
class OverWebSocketTest {
    @Nested
    class HostileDevices extends HostileDeviceTest {
        @Override
        TestBroker start(TestBroker broker) {
            return broker.overWebSocket();
        }
    }

    @Nested
    class Connecting extends ConnectTest {
        @Override
        TestBroker start(TestBroker broker) {
            return broker.overWebSocket();
        }
    }

    @Nested
    class Subscribing extends SubscriptionTest {
        @Override
        TestBroker start(TestBroker broker) {
            return broker.overWebSocket();
        }
    }

    @Nested
    class ReadingSlowly extends SlowMqttReaderTest {
        @Override
        TestBroker start(TestBroker broker) {
            return broker.overWebSocket();
        }
    }
}
