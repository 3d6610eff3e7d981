package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.bellwire.http.OpenApiDocument.Operation;
import io.bellwire.order.OrderStatus;
import io.bellwire.order.Refusal;
import io.bellwire.registry.Role;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The code and the OpenAPI document agree on routes, parameters, limits, access, fields and problems, in both
 * directions.
 */
class ContractTest {
    private static final OpenApiDocument DOCUMENT = OpenApiDocument.SERVED;
    private static final String NO_ORDER = "01930000-0000-7000-8000-000000000000";
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z]+)}");
    private static ApiFixture server;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi.json", "/asyncapi.json"})
    void documentsAreServedToAnybodyAsTheyAreInTheSources(String path) throws IOException {
        CheckedResponse answer = server.stranger().get(path).expect(200);

        assertEquals("application/json", answer.header("content-type"));
        try (InputStream in = ContractTest.class.getResourceAsStream(path)) {
            assertArrayEquals(in.readAllBytes(), answer.bytes());
        }
    }

    private static Map<String, Operation> operations() {
        return DOCUMENT.operations().stream().collect(Collectors.toMap(Operation::toString, operation -> operation));
    }

    /** Compares, for each operation, a value from the route with the value from the document. */
    private static void assertSameOfEachOperation(
            Function<ApiRoute, Object> code, Function<Operation, Object> document) {
        Map<String, Object> inCode = new TreeMap<>();
        server.routes().forEach(route -> inCode.put(route.method() + " " + route.template(), code.apply(route)));
        Map<String, Object> documented = new TreeMap<>();
        operations().forEach((name, operation) -> documented.put(name, document.apply(operation)));
        assertEquals(inCode, documented);
    }

    @Test
    void everyRouteIsDocumentedAndEveryDocumentedOperationIsARoute() {
        assertSameOfEachOperation(route -> "", operation -> "");
        assertEquals(
                operations().size(),
                DOCUMENT.operations().stream()
                        .map(operation -> operation.json().path("operationId").asText())
                        .distinct()
                        .count());
    }

    @Test
    void queryParametersAreTheSame() {
        assertSameOfEachOperation(
                route -> new TreeSet<>(route.query()),
                operation -> new TreeSet<>(DOCUMENT.parameters(operation, "query")));
    }

    @Test
    void pathParametersAreTheSame() {
        assertSameOfEachOperation(
                route -> VARIABLE.matcher(route.template())
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toSet()),
                operation -> DOCUMENT.parameters(operation, "path"));
    }

    @Test
    void limitsOfBodiesAreTheSame() {
        assertSameOfEachOperation(ApiRoute::bodyBytesMax, operation -> operation
                .json()
                .path("requestBody")
                .path("x-body-bytes-max")
                .asInt());
    }

    @Test
    void mediaTypesOfBodiesAreTheSameWhereTheRouteAsksForThem() {
        Map<String, ApiRoute> routes = server.routes().stream()
                .collect(Collectors.toMap(route -> route.method() + " " + route.template(), route -> route));
        assertSameOfEachOperation(
                route -> new TreeSet<>(route.contentTypes()),
                operation -> routes.get(operation.toString()).contentTypes().isEmpty()
                        ? Set.of()
                        : new TreeSet<>(
                                names(operation.json().path("requestBody").path("content"))));
    }

    private static Set<String> schemes(Operation operation) {
        return StreamSupport.stream(operation.json().path("security").spliterator(), false)
                .flatMap(requirement -> names(requirement).stream())
                .collect(Collectors.toSet());
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void securityIsTheOneOfTheRoute() {
        Map<String, Operation> operations = operations();
        for (ApiRoute route : server.routes()) {
            Set<String> schemes = schemes(operations.get(route.method() + " " + route.template()));
            boolean fits =
                    switch (route.access()) {
                        case PUBLIC -> schemes.isEmpty();
                        case OPERATOR -> schemes.equals(Set.of("operatorToken"));
                        case OPERATOR_OR_OWNER ->
                            schemes.equals(
                                    Set.of("operatorToken", route.isPartnerRoute() ? "partnerSecret" : "deviceSecret"));
                        case AUTHENTICATED -> schemes.size() > 1;
                    };
            assertTrue(fits, route + " is documented for " + schemes);
        }
    }

    @Test
    void roleIsTheOneThatTheRouteNeeds() {
        assertSameOfEachOperation(
                route -> route.access() == ApiRoute.Access.AUTHENTICATED
                                && !schemes(operations().get(route.method() + " " + route.template()))
                                        .contains("operatorToken")
                        ? ""
                        : RouteRoles.of(route).map(Role::text).orElse(""),
                operation -> StreamSupport.stream(
                                operation.json().path("security").spliterator(), false)
                        .map(requirement ->
                                requirement.path("operatorToken").path(0).asText())
                        .collect(Collectors.joining()));
    }

    static List<Operation> documented() {
        return DOCUMENT.operations();
    }

    @ParameterizedTest
    @MethodSource("documented")
    void operationIsOpenToWhomTheDocumentNamesAndToNobodyElse(Operation operation) {
        Set<String> schemes = schemes(operation);
        for (String caller : List.of("operatorToken", "deviceSecret", "partnerSecret")) {
            ApiFixture.Device grill = server.register("grill");
            String cafe = grill.id().replace("grill", "cafe");
            String secret = server.operator()
                    .put("/v1/partners/" + cafe)
                    .expect(201)
                    .json()
                    .path("secret")
                    .asText();
            ApiClient client =
                    switch (caller) {
                        case "operatorToken" -> server.operator();
                        case "deviceSecret" -> grill.client();
                        default -> server.as(secret);
                    };

            CheckedResponse answer = call(client, operation, grill.id(), cafe);

            assertTrue(answer.status() != 401, caller + " is not known");
            boolean isForbidden = answer.status() == 403
                    && !answer.json().path("type").asText().contains("second-factor");
            assertEquals(
                    schemes.isEmpty() || schemes.contains(caller),
                    !isForbidden,
                    caller + " is answered " + answer.status());
        }
        assertEquals(
                schemes.isEmpty(),
                call(server.stranger(), operation, "grill", "cafe").status() != 401);
    }

    /**
     * Calls the operation with the document's own example, on the caller's own feed or on an order that does not exist.
     */
    private static CheckedResponse call(ApiClient client, Operation operation, String device, String partner) {
        String id = operation.template().startsWith("/v1/devices/")
                ? device
                : operation.template().startsWith("/v1/partners/") ? partner : NO_ORDER;
        String path = operation
                .template()
                .replace("{id}", id)
                .replace("{kind}", "stores")
                .replace("{device}", device)
                .replace("{name}", "main")
                .replace("{delivery}", "epoch-1");
        JsonNode content = operation.json().path("requestBody").path("content");
        if (operation.json().at("/responses/200/content").has(EventStreamFormat.CONTENT_TYPE)) {
            return client.send("HEAD", path, BodyPublishers.noBody()); // the answer to a GET has no end
        }
        if (content.isMissingNode()) {
            return client.send(operation.method(), path, BodyPublishers.noBody());
        }
        Map.Entry<String, JsonNode> first = content.properties().iterator().next();
        String example = DOCUMENT.resolve(first.getValue().path("schema"))
                .path("examples")
                .path(0)
                .toString();
        BodyPublisher body = BodyPublishers.ofString(example);
        return client.send(operation.method(), path, body, "Content-Type", first.getKey());
    }

    @ParameterizedTest
    @MethodSource("documented")
    void fieldThatIsNotDocumentedIsRefusedAndOneThatIsDocumentedIsKnown(Operation operation) {
        JsonNode content = operation.json().path("requestBody").path("content");
        JsonNode json = DOCUMENT.resolve(content.path("application/json").path("schema"));
        if (!json.has("properties")) {
            return;
        }
        for (String field : names(json.path("properties"))) {
            assertFalse(refusal(operation, field).contains("unknown"), field);
        }
        assertEquals("unknown field \"nonsense\"", refusal(operation, "nonsense"));
    }

    /** The detail with which the operation refuses a body of only this field; empty if it does not. */
    private static String refusal(Operation operation, String field) {
        ApiFixture.Device grill = server.register("grill");
        server.operator().put("/v1/partners/" + grill.id());
        String order = server.operator()
                .order(grill.order())
                .expect(201)
                .json()
                .path("id")
                .asText();
        String id = operation.template().startsWith("/v1/orders/") ? order : grill.id();
        return server.operator()
                .send(
                        operation.method(),
                        operation.template().replace("{id}", id).replace("{name}", "main"),
                        BodyPublishers.ofString("{\"" + field + "\":[]}"),
                        "Content-Type",
                        "application/json")
                .json()
                .path("detail")
                .asText();
    }

    @Test
    void orderWithAllItsFieldsHasAllDocumentedFields() {
        ApiFixture.Device grill = server.register("grill");
        CheckedResponse made = server.operator()
                .order("{\"device_id\":\"" + grill.id()
                        + "\",\"partner_id\":\"cafe\",\"recipe_id\":\"soup\",\"volume\":\"1l\",\"data\":{}}")
                .expect(201);
        CheckedResponse rejected = server.operator()
                .send(
                        "PATCH",
                        made.header("location"),
                        BodyPublishers.ofString("{\"status\":\"rejected\",\"reason\":\"no soup today\"}"),
                        "Content-Type",
                        "application/merge-patch+json",
                        "If-Match",
                        made.header("etag"))
                .expect(200);

        assertEquals(names(schema("Order").path("properties")), names(rejected.json()));
    }

    @Test
    void statusesOfOrdersAreTheSame() {
        assertEquals(
                Arrays.stream(OrderStatus.values()).map(OrderStatus::text).toList(),
                strings(schema("OrderStatus").path("enum")));
    }

    private static JsonNode schema(String name) {
        return DOCUMENT.root().path("components").path("schemas").path(name);
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Every problem that the code can make, at least one of each type. */
    private static List<Problem> problems() throws ReflectiveOperationException {
        List<Problem> problems = new ArrayList<>();
        for (Method method : Problem.class.getDeclaredMethods()) {
            boolean isNamedByItsCaller = Arrays.stream(method.getParameters())
                    .map(Parameter::getName)
                    .anyMatch("name"::equals);
            if (!Modifier.isStatic(method.getModifiers())
                    || method.getReturnType() != Problem.class
                    || isNamedByItsCaller) {
                continue;
            }
            boolean isOfStatus = Arrays.asList(method.getParameterTypes()).contains(int.class);
            for (int status = 400; status < (isOfStatus ? 600 : 401); status++) {
                int any = status;
                Object[] arguments = Arrays.stream(method.getParameterTypes())
                        .map(type -> type == int.class
                                ? any
                                : type == Map.class ? Map.of() : type == Duration.class ? Duration.ZERO : "x")
                        .toArray();
                problems.add((Problem) method.invoke(null, arguments));
            }
        }
        for (Refusal.Kind kind : Refusal.Kind.values()) {
            problems.add(OrderProblems.of(new Refusal(kind, "x", Optional.of(1L))));
        }
        return problems;
    }

    @Test
    void typesOfProblemsAreTheSame() throws ReflectiveOperationException {
        Set<String> types = new TreeSet<>();
        for (Problem problem : problems()) {
            types.add(json(problem).path("type").asText());
        }
        assertEquals(types, new TreeSet<>(strings(schema("ProblemType").path("enum"))));
    }

    @Test
    void everyProblemIsAsOneOfTheDocumentedResponses() throws ReflectiveOperationException {
        JsonNode responses = DOCUMENT.root().path("components").path("responses");
        for (Problem problem : problems()) {
            // a reset has members of its feed, and what Jetty itself refuses belongs to no operation
            boolean isOfNoOperation = problem.name().equals("reset")
                    || (problem.name().equals("invalid-request") && problem.status() != 400);
            assertTrue(
                    isOfNoOperation
                            || StreamSupport.stream(responses.spliterator(), false)
                                    .map(response -> response.at("/content/application~1problem+json/schema"))
                                    .anyMatch(schema -> DOCUMENT.errors(schema, json(problem))
                                            .isEmpty()),
                    problem.toString());
        }
    }

    private static JsonNode json(Problem problem) {
        try {
            return OpenApiDocument.MAPPER.readTree(problem.toResponse().body().bytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Holds that the problems above are all there are. */
    @Test
    void problemsAreNamedInOnlyTwoPlaces() {
        JavaClasses http = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.bellwire.http");
        ArchRuleDefinition.noClasses()
                .that()
                .doNotBelongToAnyOf(Problem.class, OrderProblems.class)
                .should()
                .callMethod(Problem.class, "conflict", String.class, String.class, String.class)
                .orShould()
                .callConstructor(
                        Problem.class, int.class, String.class, String.class, String.class, Map.class, Map.class)
                .check(http);
    }

    @Test
    void examplesAreAsTheirSchemasSay() {
        DOCUMENT.root().path("components").path("schemas").properties().forEach(named -> {
            JsonNode schema = named.getValue();
            schema.path("examples")
                    .forEach(example ->
                            assertEquals(List.of(), DOCUMENT.errors(schema, example), named.getKey() + " " + example));
        });
    }

    @Test
    void answerThatIsNotDocumentedFailsItsTest() {
        AssertionError error = assertThrows(
                AssertionError.class,
                () -> OpenApiCheck.check(new FakeResponse("GET", "/healthz", 200, Map.of(), "{\"healthy\":1}")));
        assertTrue(error.getMessage().contains("the body is not as documented"), error.getMessage());
        assertForgeryIsNoticed("the status is not documented", "/healthz", 201, Map.of(), "{\"healthy\":true}");
        assertForgeryIsNoticed("header X-More is not", "/healthz", 200, Map.of("X-More", "1"), "{\"healthy\":true}");
        assertForgeryIsNoticed("Cache-Control is there 0", "/v1/devices/grill", 200, Map.of(), "{}");
        assertForgeryIsNoticed("the status is not documented", "/nothing", 200, Map.of(), "{}");
        assertForgeryIsNoticed("media type text/html", "/healthz", 200, Map.of("Content-Type", "text/html"), "hello");
        OpenApiCheck.check(new FakeResponse("GET", "/healthz", 200, Map.of(), "{\"healthy\":true}"));
    }

    private static void assertForgeryIsNoticed(
            String notice, String path, int status, Map<String, String> headers, String body) {
        FakeResponse forged = new FakeResponse("GET", path, status, headers, body);
        String message = assertThrows(AssertionError.class, () -> OpenApiCheck.check(forged))
                .getMessage();
        assertTrue(message.contains(notice), message);
    }
}
