using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Client;

/// <summary>One request, before it is sent: it may be sent more than once.</summary>
internal sealed class ApiRequest(HttpMethod method, string path, string what)
{
    private readonly StringBuilder _query = new();

    internal HttpMethod Method => method;

    /// <summary>For messages: verb, resource, key.</summary>
    internal string What => what;

    /// <summary>The resource alone, for metrics.</summary>
    internal required string Resource { get; init; }

    /// <summary>The verb as the server's authorisation and metrics name it.</summary>
    internal string Verb => what[..what.IndexOf(' ')];

    internal string Accept { get; set; } = "application/json";
    internal ReadOnlyMemory<byte> Body { get; set; }
    internal string ContentType { get; set; } = "application/json";
    internal string PathAndQuery => path + _query;

    /// <summary>Adds a parameter unless it is empty.</summary>
    internal ApiRequest With(string name, string value)
    {
        if (value.Length > 0)
        {
            _query.Append(_query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
        return this;
    }

    internal ApiRequest With(Selection selection) =>
        With("labelSelector", selection.LabelSelector).With("fieldSelector", selection.FieldSelector);

    internal static byte[] Bytes(JsonElement json)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, JsonReading.WriterOptions))
        {
            json.WriteTo(writer);
        }
        return bytes.WrittenSpan.ToArray();
    }

    internal static byte[] Bytes(JsonNode json)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, JsonReading.WriterOptions))
        {
            json.WriteTo(writer);
        }
        return bytes.WrittenSpan.ToArray();
    }

    internal static ApiRequest ForObject(HttpMethod method, string verb, Resource resource, ObjectKey key, Subresource subresource) =>
        new(method, resource.Path(key) + PathOf(subresource), $"{verb} {resource}{PathOf(subresource)} {key}") { Resource = resource.ToString() };

    internal static ApiRequest ForCollection(HttpMethod method, string verb, Resource resource, string @namespace) =>
        new(method, resource.Path(@namespace), $"{verb} {resource}{(@namespace.Length > 0 ? $" in {@namespace}" : "")}") { Resource = resource.ToString() };

    private static string PathOf(Subresource subresource) => subresource switch
    {
        Subresource.Status => "/status",
        Subresource.Scale => "/scale",
        _ => "",
    };
}
