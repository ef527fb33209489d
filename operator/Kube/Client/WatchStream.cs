using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Client;

/// <summary>Reads the answer to a watch: a JSON value a line.
/// <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes"/></summary>
internal sealed class WatchStream(ApiRequest request, Resource resource, TimeSpan silence, TimeProvider time)
{
    /// <summary>More than twice the largest object that an API server takes, as JSON.</summary>
    private const int LongestLine = 16 << 20;

    /// <summary>Reads until the server ends the stream between two lines.</summary>
    /// <exception cref="GoneException">The server no longer has what is asked for.</exception>
    /// <exception cref="UnavailableException">The stream broke, fell silent, or holds what is no event.</exception>
    internal async IAsyncEnumerable<WatchEvent> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 << 10));
        try
        {
            while (true)
            {
                var result = await FillAsync(reader, cancellationToken);
                var buffer = result.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = buffer.Slice(0, end);
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                    if (line.Length > 1)
                    {
                        yield return Parse(line);
                    }
                }
                if (buffer.Length > LongestLine)
                {
                    throw Broken($"a line is longer than {LongestLine >> 20} MiB", null);
                }
                if (result.IsCompleted)
                {
                    if (!buffer.IsEmpty)
                    {
                        throw Broken("it broke off in the middle of a line", null);
                    }
                    yield break;
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private async ValueTask<ReadResult> FillAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Broken($"nothing came for {silence.TotalSeconds:0} s", null);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Broken(error.GetBaseException().Message, error);
        }
    }

    private WatchEvent Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, JsonReading.Options);
            var kind = document.RootElement.Text("type");
            var json = document.RootElement.Field("object") ?? default;
            return kind switch
            {
                "ADDED" => Change(WatchEventKind.Added, json),
                "MODIFIED" => Change(WatchEventKind.Modified, json),
                "DELETED" => Change(WatchEventKind.Deleted, json),
                "BOOKMARK" => new(WatchEventKind.Bookmark, null, json.Field("metadata").Text("resourceVersion") ?? ""),
                "ERROR" => throw ApiErrors.From(request.What, ApiStatus.Read(json, 0, null)),
                _ => throw Broken($"it holds an event of the unknown type '{(kind?.Length <= 40 ? kind : "?")}'", null),
            };
        }
        catch (JsonException error)
        {
            throw Broken("it holds a line that is not an event in JSON", error);
        }
    }

    private WatchEvent Change(WatchEventKind kind, JsonElement json)
    {
        var changed = KubeObject.Read(json, resource);
        return new(kind, changed, changed.Metadata.ResourceVersion);
    }

    private UnavailableException Broken(string how, Exception? inner) =>
        new(request.What, ApiStatus.Silent($"the stream ended: {how}"), inner);
}
