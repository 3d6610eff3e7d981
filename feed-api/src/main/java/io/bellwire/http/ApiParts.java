package io.bellwire.http;

import io.bellwire.degradation.EscalatedFeeds;
import io.bellwire.factor.SecondFactors;
import io.bellwire.feed.ExtraFeeds;
import io.bellwire.group.FanOuts;
import io.bellwire.group.Groups;
import io.bellwire.log.EventLog;
import io.bellwire.order.OrderStore;
import io.bellwire.presence.Presence;
import io.bellwire.query.OrderSearch;
import io.bellwire.registry.Registry;
import io.bellwire.webhook.Webhooks;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoints read and write. Who makes the parts closes them, after the {@link HttpApi}.
 *
 * @param orders the orders in the store of {@code events}
 * @param extraFeeds decides which further feeds an event goes to
 * @param escalated the feeds that have a problem
 * @param orderSearch null for a server without one
 */
public record ApiParts(
        EventLog events,
        OrderStore orders,
        Registry registry,
        SecondFactors secondFactors,
        Webhooks webhooks,
        Presence presence,
        Groups groups,
        FanOuts fanOuts,
        ExtraFeeds extraFeeds,
        EscalatedFeeds escalated,
        @Nullable OrderSearch orderSearch) {}
