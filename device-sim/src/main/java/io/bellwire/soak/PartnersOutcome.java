package io.bellwire.soak;

import io.bellwire.fleet.FleetPartnerReport;
import java.util.List;

/**
 * How the partners of a run have fared. Immutable.
 *
 * @param report what they have applied, compared with what they should have
 * @param missed how many changes retention took while a partner's receiver was away, as the server has said
 * @param repeated how many calls have brought the first partner only what it had: it never says that it has failed at what
 *     it has applied, so that only kills cause them
 * @param repeatedMax how many of these the kills of the server and of receivers explain
 * @param wrong what else is wrong, as text for people: changes out of order or skipped, endpoints that are not healthy
 */
record PartnersOutcome(FleetPartnerReport report, long missed, long repeated, long repeatedMax, List<String> wrong) {
    PartnersOutcome {
        wrong = List.copyOf(wrong);
    }
}
