using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>The objects of a <see cref="FakeApiServer"/>, under the paths they have, with the log of their changes.</summary>
internal sealed class FakeObjects
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<FakeChange> _log = [];
    private long _version = 100;
    private long _forgotten;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Puts an object in or in the place of one, as a client would.</summary>
    internal JsonObject Put(string path, JsonObject @object)
    {
        lock (_lock)
        {
            var before = _objects.GetValueOrDefault(path);
            var metadata = @object["metadata"]!.AsObject();
            metadata["resourceVersion"] = Text(++_version);
            metadata["uid"] = before?["metadata"]!["uid"]!.GetValue<string>() ?? $"uid-{_version}";
            _objects[path] = @object;
            Log(before is null ? "ADDED" : "MODIFIED", path, @object);
            return @object;
        }
    }

    internal bool Delete(string path)
    {
        lock (_lock)
        {
            if (!_objects.Remove(path, out var @object))
            {
                return false;
            }
            var last = @object.DeepClone().AsObject();
            last["metadata"]!["resourceVersion"] = Text(++_version);
            Log("DELETED", path, last);
            return true;
        }
    }

    internal JsonObject? Get(string path)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(path)?.DeepClone().AsObject();
        }
    }

    /// <summary>Name and resource version of all objects of a collection.</summary>
    internal Dictionary<string, string> State(string collection)
    {
        lock (_lock)
        {
            return _objects.Where(entry => IsIn(entry.Key, collection)).ToDictionary(
                entry => entry.Value["metadata"]!["name"]!.GetValue<string>(), entry => entry.Value["metadata"]!["resourceVersion"]!.GetValue<string>());
        }
    }

    /// <summary>Forgets what has changed so far: older watches and chunks are answered with 410.</summary>
    internal void Forget()
    {
        lock (_lock)
        {
            _forgotten = ++_version;
            _log.Clear();
        }
    }

    internal bool Forgot(long version)
    {
        lock (_lock)
        {
            return version < _forgotten;
        }
    }

    /// <summary>The changes after a version, null where it is forgotten; and what ends when there are more.</summary>
    internal (FakeChange[]? Changes, Task More) After(long version, string collection)
    {
        lock (_lock)
        {
            return version < _forgotten ? (null, _changed.Task) : ([.. _log.Where(change => change.Version > version && IsIn(change.Path, collection))], _changed.Task);
        }
    }

    internal long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    internal async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        var body = request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0 ? (await JsonNode.ParseAsync(request.Body))!.AsObject() : null;
        var (code, answer) = request.Method switch
        {
            "GET" when IsCollection(path) => List(path, request.Query),
            "GET" => Get(path) is { } found ? (200, found) : Failure(404, "NotFound"),
            "POST" => Create($"{path}/{body!["metadata"]!["name"]}", body),
            "PUT" => Replace(path, body!),
            "PATCH" => Patch(path, body!),
            "DELETE" => Delete(path) ? (200, FakeApiServer.StatusObject(200, "", "")) : Failure(404, "NotFound"),
            _ => Failure(405, "MethodNotAllowed"),
        };
        context.Response.StatusCode = code;
        await FakeApiServer.WriteAsync(context, answer);
    }

    private (int, JsonObject) List(string collection, IQueryCollection query)
    {
        lock (_lock)
        {
            var limit = int.TryParse(query["limit"], out var given) ? given : int.MaxValue;
            var token = query["continue"].ToString().Split('|');
            var version = token.Length == 2 ? long.Parse(token[0], CultureInfo.InvariantCulture) : _version;
            if (version < _forgotten)
            {
                return Failure(410, "Expired");
            }
            // The fake has one state only; a test that changes it between two chunks also has it forget the first.
            var rest = _objects.Where(entry => IsIn(entry.Key, collection) && (token.Length != 2 || string.CompareOrdinal(entry.Key, token[1]) > 0)).ToArray();
            var items = rest.Take(limit).ToArray();
            var metadata = new JsonObject { ["resourceVersion"] = Text(version) };
            if (items.Length < rest.Length)
            {
                metadata["continue"] = $"{version}|{items[^1].Key}";
            }
            return (200, new() { ["kind"] = "List", ["apiVersion"] = "v1", ["metadata"] = metadata, ["items"] = new JsonArray([.. items.Select(item => item.Value.DeepClone())]) });
        }
    }

    private (int, JsonObject) Create(string path, JsonObject @object)
    {
        lock (_lock)
        {
            return _objects.ContainsKey(path) ? Failure(409, "AlreadyExists") : (201, Put(path, @object).DeepClone().AsObject());
        }
    }

    private (int, JsonObject) Replace(string path, JsonObject @object)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue(path, out var before))
            {
                return Failure(404, "NotFound");
            }
            var version = @object["metadata"]!["resourceVersion"]?.GetValue<string>();
            return version is null || version == before["metadata"]!["resourceVersion"]!.GetValue<string>()
                ? (200, Put(path, @object).DeepClone().AsObject())
                : Failure(409, "Conflict");
        }
    }

    private (int, JsonObject) Patch(string path, JsonObject patch)
    {
        lock (_lock)
        {
            var merged = Get(path) ?? [];
            Merge(merged, patch);
            return (200, Put(path, merged).DeepClone().AsObject());
        }
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && target[name] is JsonObject into)
            {
                Merge(into, inner);
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }

    private void Log(string type, string path, JsonObject @object)
    {
        _log.Add(new(_version, type, path, @object.ToJsonString()));
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private static (int, JsonObject) Failure(int code, string reason) => (code, FakeApiServer.StatusObject(code, reason, $"the fake says {reason}"));

    private static bool IsIn(string path, string collection) => path.StartsWith(collection + "/", StringComparison.Ordinal);

    /// <summary>/api/v1[/namespaces/x]/things, /apis/g/v[/namespaces/x]/things</summary>
    private static bool IsCollection(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Length - (path.StartsWith("/apis/", StringComparison.Ordinal) ? 3 : 2);
        return parts is 1 or 3;
    }

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
