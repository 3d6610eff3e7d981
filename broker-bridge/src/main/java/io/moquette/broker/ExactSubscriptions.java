package io.moquette.broker;

import io.moquette.broker.subscriptions.ISubscriptionsDirectory;
import io.moquette.broker.subscriptions.ShareName;
import io.moquette.broker.subscriptions.Subscription;
import io.moquette.broker.subscriptions.SubscriptionIdentifier;
import io.moquette.broker.subscriptions.Topic;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of all clients, by topic. Each filter is one topic, compared letter for letter: devices have no
 * wildcards. A hash map is therefore enough; Moquette's own directory copies a list of all devices each time a device
 * subscribes. Refuses shared subscriptions. Thread-safe.
 */
@NullMarked
final class ExactSubscriptions implements ISubscriptionsDirectory {
    /** By topic. A list nearly always has one entry, since a topic contains its device's id. */
    private final ConcurrentHashMap<String, List<Subscription>> byTopic = new ConcurrentHashMap<>();

    /** The subscription of this client to this topic. */
    @Nullable Subscription find(String clientId, String topic) {
        for (Subscription subscription : of(topic)) {
            if (subscription.getClientId().equals(clientId)) {
                return subscription;
            }
        }
        return null;
    }

    @Override
    public void init(ISubscriptionsRepository repository) {}

    @Override
    public List<Subscription> matchWithoutQosSharpening(Topic topic) {
        return of(topic.toString());
    }

    @Override
    public List<Subscription> matchQosSharpening(Topic topic) {
        return of(topic.toString());
    }

    private List<Subscription> of(String topic) {
        return byTopic.getOrDefault(topic, List.of());
    }

    @Override
    public boolean add(String clientId, Topic filter, MqttSubscriptionOption option) {
        return add(new Subscription(clientId, filter, option));
    }

    @Override
    public boolean add(
            String clientId, Topic filter, MqttSubscriptionOption option, SubscriptionIdentifier subscriptionId) {
        return add(new Subscription(clientId, filter, option, subscriptionId));
    }

    private boolean add(Subscription added) {
        String topic = added.getTopicFilter().toString();
        boolean isNew = find(added.getClientId(), topic) == null;
        byTopic.merge(topic, List.of(added), (existing, one) -> Stream.concat(
                        without(added.getClientId(), existing), one.stream())
                .toList());
        return isNew;
    }

    @Override
    public void removeSubscription(Topic filter, String clientId) {
        byTopic.computeIfPresent(filter.toString(), (topic, existing) -> {
            List<Subscription> remaining = without(clientId, existing).toList();
            return remaining.isEmpty() ? null : remaining;
        });
    }

    private static Stream<Subscription> without(String clientId, List<Subscription> subscriptions) {
        return subscriptions.stream()
                .filter(subscription -> !subscription.getClientId().equals(clientId));
    }

    @Override
    public void addShared(String clientId, ShareName name, Topic filter, MqttSubscriptionOption option) {
        throw new UnsupportedOperationException("shared subscriptions are refused");
    }

    @Override
    public void addShared(
            String clientId,
            ShareName name,
            Topic filter,
            MqttSubscriptionOption option,
            SubscriptionIdentifier subscriptionId) {
        throw new UnsupportedOperationException("shared subscriptions are refused");
    }

    @Override
    public void removeSharedSubscription(ShareName name, Topic filter, String clientId) {
        throw new UnsupportedOperationException("shared subscriptions are refused");
    }

    @Override
    public void removeSharedSubscriptionsForClient(String clientId) {}

    @Override
    public int size() {
        return byTopic.values().stream().mapToInt(List::size).sum();
    }

    @Override
    public String dumpTree() {
        return byTopic.keySet().stream().sorted().collect(Collectors.joining("\n"));
    }
}
