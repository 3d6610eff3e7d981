package io.bellwire.broker;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnAckPropertiesBuilder;

/** The CONNACK that lets a client in. Moquette's own promises what this broker does not have. */
final class ConnAcks {
    private ConnAcks() {}

    static MqttConnAckMessage accepted(Login login, BrokerOptions options) {
        MqttMessageBuilders.ConnAckBuilder connAck = MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .sessionPresent(false);
        if (login.isMqtt5()) {
            ConnAckPropertiesBuilder properties = new ConnAckPropertiesBuilder()
                    .maximumQos((byte) 0)
                    .retainAvailable(false)
                    .maximumPacketSize(options.maxPacketBytes())
                    .wildcardSubscriptionAvailable(false)
                    .sharedSubscriptionAvailable(false);
            if (login.isKeepAliveChanged()) {
                properties.serverKeepAlive(login.keepAliveSeconds());
            }
            connAck.properties(properties.build());
        }
        return connAck.build();
    }

    /** Whether this is a CONNACK that lets the client in. */
    static boolean isAccepted(Object message) {
        return message instanceof MqttConnAckMessage connAck
                && connAck.variableHeader().connectReturnCode() == MqttConnectReturnCode.CONNECTION_ACCEPTED;
    }
}
