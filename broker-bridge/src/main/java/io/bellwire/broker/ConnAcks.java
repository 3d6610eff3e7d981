package io.bellwire.broker;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnAckPropertiesBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The CONNACK that accepts a client: Moquette's own, except for MQTT 5, where Moquette's promises what this broker
 * does not offer.
 */
final class ConnAcks {
    private ConnAcks() {}

    /** What to send in place of Moquette's CONNACK; null if {@code written} does not accept the client. */
    static @Nullable Object connAckFor(Object written, Login login, BrokerOptions options) {
        if (!(written instanceof MqttConnAckMessage connAck)
                || connAck.variableHeader().connectReturnCode() != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
            return null;
        }
        return login.isMqtt5() ? connAck5(login, options) : connAck;
    }

    private static MqttConnAckMessage connAck5(Login login, BrokerOptions options) {
        ConnAckPropertiesBuilder properties = new ConnAckPropertiesBuilder()
                .maximumQos((byte) 0)
                .retainAvailable(false)
                .maximumPacketSize(options.maxPacketBytes())
                .wildcardSubscriptionAvailable(false)
                .sharedSubscriptionAvailable(false);
        if (login.isKeepAliveChanged()) {
            properties.serverKeepAlive(login.keepAliveSeconds());
        }
        return MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .sessionPresent(false)
                .properties(properties.build())
                .build();
    }
}
