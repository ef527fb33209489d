using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Fakes;
using Xunit;

namespace Tapedeck.Kube.Tests.Client;

public sealed class KubeClientTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private FakeApiServer _server = null!;
    private KubeClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        _client = _server.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_object_is_created_read_replaced_and_deleted()
    {
        var created = await _client.CreateAsync(Things.Resource, Things.Object("a", 1), "tests", None);
        Assert.NotEmpty(created.Metadata.Uid);
        var read = await _client.GetAsync(Things.Resource, Things.Key("a"), None);
        Assert.Equal(1, read!.Find("spec", "value")!.Value.GetInt32());
        var json = JsonObject.Create(read.Json)!;
        json["spec"]!["value"] = 2;
        var replaced = await _client.ReplaceAsync(Things.Resource, KubeObject.From(json), "tests", None);
        Assert.NotEqual(read.Metadata.ResourceVersion, replaced.Metadata.ResourceVersion);
        await Assert.ThrowsAsync<ConflictException>(() => _client.ReplaceAsync(Things.Resource, KubeObject.From(json), "tests", None));
        await Assert.ThrowsAsync<AlreadyExistsException>(() => _client.CreateAsync(Things.Resource, Things.Object("a"), "tests", None));
        Assert.True(await _client.DeleteAsync(Things.Resource, Things.Key("a"), new(), None));
        Assert.False(await _client.DeleteAsync(Things.Resource, Things.Key("a"), new(), None));
        Assert.Null(await _client.GetAsync(Things.Resource, Things.Key("a"), None));
    }

    [Fact]
    public async Task A_key_cannot_leave_its_path()
    {
        Assert.Null(await _client.GetAsync(Things.Resource, new("team/../other", "a?watch=true#x"), None));
        Assert.Equal("GET /apis/test.example/v1/namespaces/team%2F..%2Fother/things/a%3Fwatch%3Dtrue%23x", _server.Requests.Single());
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetAsync(Things.Resource, new("team", ".."), None));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetAsync(Things.Resource, new("..", "a"), None));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetAsync(Things.Resource, new("", "a"), None));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.GetAsync(Things.Resource, new("team", ""), None));
    }

    [Theory]
    [InlineData(400, "BadRequest", typeof(ApiException))]
    [InlineData(401, "Unauthorized", typeof(UnauthorizedException))]
    [InlineData(403, "Forbidden", typeof(ForbiddenException))]
    [InlineData(404, "NotFound", typeof(NotFoundException))]
    [InlineData(409, "Conflict", typeof(ConflictException))]
    [InlineData(409, "AlreadyExists", typeof(AlreadyExistsException))]
    [InlineData(410, "Expired", typeof(GoneException))]
    [InlineData(413, "RequestEntityTooLarge", typeof(ApiException))]
    [InlineData(422, "Invalid", typeof(InvalidException))]
    [InlineData(429, "TooManyRequests", typeof(TooManyRequestsException))]
    [InlineData(500, "InternalError", typeof(UnavailableException))]
    [InlineData(503, "ServiceUnavailable", typeof(UnavailableException))]
    [InlineData(504, "Timeout", typeof(UnavailableException))]
    public async Task A_failure_has_the_type_that_fits(int code, string reason, Type type)
    {
        _server.Once(FakeApiServer.Any, FakeApiServer.Status(code, reason, "because of this"));
        var error = await Record.ExceptionAsync(() => _client.CreateAsync(Things.Resource, Things.Object("a"), "tests", None));
        Assert.Equal(type, error!.GetType());
        Assert.Equal($"create things.test.example team/a: {reason} ({code}): because of this", error.Message);
        Assert.Equal(code, ((ApiException)error).Status.Code);
    }

    /// <summary>What servers from 1.20 to 1.36 say where an apply is against the schema. Only what a server says of itself may pass.</summary>
    [Theory]
    [InlineData("failed to create typed patch object: .spec.tolerations[0].kye: field not declared in schema", typeof(InvalidException))]
    [InlineData("failed to create typed patch object (team/a; apps/v1, Kind=Deployment): .spec.volumes: duplicate entries for key [name=\"a\"]", typeof(InvalidException))]
    [InlineData("failed to convert new object to proper version: unable to convert unstructured object to apps/v1, Kind=Deployment: cannot convert float64 to int64", typeof(InvalidException))]
    [InlineData("failed to create typed live object (team/a; apps/v1, Kind=Deployment): .spec.volumes: duplicate entries for key", typeof(UnavailableException))]
    [InlineData("etcdserver: leader changed", typeof(UnavailableException))]
    public async Task An_apply_that_is_against_the_schema_is_invalid_though_the_server_calls_it_its_own_failure(string message, Type type)
    {
        _server.Once(FakeApiServer.Any, FakeApiServer.Status(500, "", message));
        Assert.Equal(type, (await Record.ExceptionAsync(() => _client.ApplyAsync(Things.Resource, Things.Object("a"), new("tests"), None)))!.GetType());
    }

    [Fact]
    public async Task What_is_invalid_is_told_field_by_field()
    {
        var details = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = "too small", ["field"] = "spec.replicas" }) };
        _server.Once(FakeApiServer.Any, FakeApiServer.Status(422, "Invalid", "no", details));
        var error = await Assert.ThrowsAsync<InvalidException>(() => _client.ApplyAsync(Things.Resource, Things.Object("a"), new("tests"), None));
        Assert.Equal([new ApiCause("FieldValueInvalid", "too small", "spec.replicas")], error.Causes);
    }

    [Fact]
    public async Task A_conflict_of_an_apply_names_the_other_managers()
    {
        var details = new JsonObject
        {
            ["causes"] = new JsonArray(
                new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = "conflict with \"kubectl-edit\" using apps/v1 at 2026-01-01T00:00:00Z", ["field"] = ".spec.replicas" },
                new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = "conflict with \"hpa\" with subresource \"scale\" using apps/v1", ["field"] = ".spec.paused" }),
        };
        _server.Once(FakeApiServer.Any, FakeApiServer.Status(409, "Conflict", "Apply failed with 2 conflicts", details));
        var error = await Assert.ThrowsAsync<ApplyConflictException>(() => _client.ApplyAsync(Things.Resource, Things.Object("a"), new("tests"), None));
        Assert.Equal([new FieldConflict("kubectl-edit", ".spec.replicas"), new FieldConflict("hpa", ".spec.paused")], error.Conflicts);
    }

    [Theory]
    [InlineData(200, "<html>I am a proxy</html>", typeof(UnavailableException))]
    [InlineData(200, "", typeof(UnavailableException))]
    [InlineData(200, "{\"kind\":\"Thing\"", typeof(UnavailableException))]
    [InlineData(200, "[]", typeof(UnavailableException))]
    [InlineData(200, "{\"kind\":\"Thing\"}", typeof(UnavailableException))]
    [InlineData(502, "<html>Bad Gateway</html>", typeof(UnavailableException))]
    [InlineData(403, "<html>No entry</html>", typeof(ForbiddenException))]
    [InlineData(302, "", typeof(ApiException))]
    public async Task An_answer_that_is_no_answer_is_a_failure(int code, string body, Type type)
    {
        _server.Once(FakeApiServer.Any, FakeApiServer.Text(code, body));
        Assert.Equal(type, (await Record.ExceptionAsync(() => _client.GetAsync(Things.Resource, Things.Key("a"), None)))!.GetType());
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_unavailable()
    {
        _server.Once(FakeApiServer.Any, context => Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted));
        using var client = _server.Client(options: new() { RequestTimeout = TimeSpan.FromMilliseconds(100) });
        var error = await Assert.ThrowsAsync<UnavailableException>(() => client.GetAsync(Things.Resource, Things.Key("a"), None));
        Assert.Contains("within 0.1 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        using var client = new KubeClient(new(new Uri("http://127.0.0.1:1")), new(), TimeProvider.System);
        await Assert.ThrowsAsync<UnavailableException>(() => client.GetAsync(Things.Resource, Things.Key("a"), None));
    }

    [Fact]
    public async Task A_server_that_takes_the_connection_and_says_nothing_is_unavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new KubeClient(new(new Uri($"https://{listener.LocalEndpoint}")), new() { RequestTimeout = TimeSpan.FromSeconds(3) }, TimeProvider.System);
        var error = await Assert.ThrowsAsync<UnavailableException>(() => client.GetAsync(Things.Resource, Things.Key("a"), None));
        Assert.Contains("no connection to", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_request_is_cancelled_and_not_a_failure_of_the_server()
    {
        _server.Once(FakeApiServer.Any, context => Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted));
        using var cancel = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.GetAsync(Things.Resource, Things.Key("a"), cancel.Token));
    }

    [Fact]
    public async Task The_client_comes_back_when_a_server_that_sheds_load_says_so()
    {
        _server.Objects.Put(Things.Path("a"), Things.Json("a"));
        _server.Once(FakeApiServer.Any, FakeApiServer.Status(429, "TooManyRequests", retryAfter: "7"));
        var time = new ManualTime();
        using var client = _server.Client(time);
        var request = client.GetAsync(Things.Resource, Things.Key("a"), None);
        await Eventually.True(() => _server.Requests.Length == 1, "the first attempt");
        await Task.Delay(50);
        time.Advance(TimeSpan.FromSeconds(6.9));
        await Task.Delay(50);
        Assert.False(request.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.NotNull(await request);
        Assert.Equal(2, _server.Requests.Length);
    }

    [Fact]
    public async Task A_server_that_sheds_load_for_ever_is_not_asked_for_ever()
    {
        _server.Always(FakeApiServer.Any, FakeApiServer.Status(429, "TooManyRequests", retryAfter: "0"));
        var error = await Assert.ThrowsAsync<TooManyRequestsException>(() => _client.GetAsync(Things.Resource, Things.Key("a"), None));
        Assert.Equal(TimeSpan.Zero, error.RetryAfter);
        Assert.Equal(4, _server.Requests.Length);
    }

    [Fact]
    public async Task A_long_wait_is_the_callers_to_keep()
    {
        _server.Once(FakeApiServer.Any, FakeApiServer.Status(429, "TooManyRequests", details: new() { ["retryAfterSeconds"] = 600 }));
        var error = await Assert.ThrowsAsync<TooManyRequestsException>(() => _client.GetAsync(Things.Resource, Things.Key("a"), None));
        Assert.Equal(TimeSpan.FromMinutes(10), error.RetryAfter);
    }

    [Fact]
    public async Task A_change_that_may_have_been_done_is_not_repeated_by_the_client()
    {
        _server.Always(FakeApiServer.Any, FakeApiServer.Status(500, "ServerTimeout", retryAfter: "0"));
        await Assert.ThrowsAsync<UnavailableException>(() => _client.CreateAsync(Things.Resource, Things.Object("a"), "tests", None));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Requests_beyond_the_burst_wait_for_their_turn()
    {
        var time = new ManualTime();
        using var client = _server.Client(time, new() { QueriesPerSecond = 2, Burst = 3 });
        var requests = Enumerable.Range(0, 5).Select(_ => client.GetAsync(Things.Resource, Things.Key("a"), None)).ToArray();
        await Task.WhenAll(requests[..3]);
        await Task.Delay(50);
        Assert.Equal(3, _server.Requests.Length);
        time.Advance(TimeSpan.FromSeconds(0.5));
        await requests[3];
        Assert.Equal(4, _server.Requests.Length);
        time.Advance(TimeSpan.FromSeconds(0.5));
        await requests[4];
    }

    [Fact]
    public async Task A_list_comes_in_chunks_and_is_whole()
    {
        foreach (var index in Enumerable.Range(0, 1_234))
        {
            _server.Objects.Put(Things.Path($"a{index}"), Things.Json($"a{index}"));
        }
        var list = await _client.ListAsync(Things.Resource, new() { Namespace = "team" }, None);
        Assert.Equal(1_234, list.Items.Select(item => item.Key).Distinct().Count());
        Assert.Equal(3, _server.Requests.Length);
        Assert.All(_server.Requests, request => Assert.Contains("limit=500", request, StringComparison.Ordinal));
    }

    /// <summary>A chunk of 500 would be 40 MiB, and one of an object is not.</summary>
    [Fact]
    public async Task A_list_of_large_objects_comes_in_smaller_chunks_and_is_whole()
    {
        var large = new string('x', 4 << 20);
        foreach (var index in Enumerable.Range(0, 10))
        {
            var thing = Things.Json($"a{index}");
            thing["spec"]!["text"] = large;
            _server.Objects.Put(Things.Path($"a{index}"), thing);
        }
        var list = await _client.ListAsync(Things.Resource, new() { Namespace = "team" }, None);
        Assert.Equal(10, list.Items.Select(item => item.Key).Distinct().Count());
    }

    /// <summary>As deep as an API server reads objects; managed fields go deeper by a few levels.</summary>
    [Fact]
    public async Task An_object_of_any_depth_that_a_server_takes_is_read()
    {
        const int Depth = 10_000;
        var deep = $$"""{"a":{{string.Concat(Enumerable.Repeat("{\"a\":", Depth))}}1{{new string('}', Depth)}}}""";
        var thing = $$"""{"kind": "Thing", "metadata": {"name": "a", "namespace": "team", "managedFields": [{"fieldsV1": {{deep}}}]}, "spec": {{deep}}}""";
        _server.Once(FakeApiServer.Any, FakeApiServer.Text(200, $$"""{"metadata": {"resourceVersion": "1"}, "items": [{{thing}}]}"""));
        var item = Assert.Single((await _client.ListAsync(Things.Resource, new() { Namespace = "team" }, None)).Items).WithoutManagedFields();
        Assert.Equal(deep, item.Find("spec")?.GetRawText());
        Assert.Null(item.Find("metadata", "managedFields"));
        _server.Once(FakeApiServer.Any, FakeApiServer.Text(200, thing));
        Assert.Equal("a", (await _client.ReplaceAsync(Things.Resource, item, "tests", None)).Metadata.Name);
    }

    [Fact]
    public async Task A_list_whose_moment_is_lost_between_two_chunks_begins_again()
    {
        foreach (var index in Enumerable.Range(0, 600))
        {
            _server.Objects.Put(Things.Path($"a{index}"), Things.Json($"a{index}"));
        }
        _server.Once(request => request.Query.ContainsKey("continue"), context =>
        {
            _server.Objects.Delete(Things.Path("a0"));
            _server.Objects.Forget();
            return FakeApiServer.Status(410, "Expired")(context);
        });
        var list = await _client.ListAsync(Things.Resource, new() { Namespace = "team" }, None);
        Assert.Equal(599, list.Items.Count);
        Assert.DoesNotContain(list.Items, item => item.Metadata.Name == "a0");
    }

    [Fact]
    public async Task A_selection_and_the_wish_for_metadata_reach_the_server()
    {
        string? accept = null;
        _server.Once(FakeApiServer.Any, context =>
        {
            accept = context.Request.Headers.Accept;
            return FakeApiServer.WriteAsync(context, new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = "1" }, ["items"] = new JsonArray() });
        });
        await _client.ListAsync(Things.Resource, new() { LabelSelector = "app in (a, b)", FieldSelector = "metadata.name=x", MetadataOnly = true }, None);
        Assert.Equal("GET /apis/test.example/v1/things?limit=500&labelSelector=app%20in%20%28a%2C%20b%29&fieldSelector=metadata.name%3Dx", _server.Requests.Single());
        Assert.StartsWith("application/json;as=PartialObjectMetadataList;", accept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_goes_to_the_server_and_into_no_message()
    {
        const string Secret = "s3cr3t-t0k3n";
        var seen = new List<string>();
        var connection = new KubeConnection(_server.Address) { Credential = new StoredCredential(new("token", Secret, null), null, null, "tests", TimeProvider.System) };
        using var client = _server.Client(connection: connection);
        _server.Always(FakeApiServer.Any, context =>
        {
            seen.Add(context.Request.Headers.Authorization!);
            return FakeApiServer.Status(401, "Unauthorized")(context);
        });
        var error = await Assert.ThrowsAsync<UnauthorizedException>(() => client.GetAsync(Things.Resource, Things.Key("a"), None));
        Assert.Equal([$"Bearer {Secret}"], seen);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{connection.Credential} {await connection.Credential.GetAsync(None)}", StringComparison.Ordinal);
    }
}
