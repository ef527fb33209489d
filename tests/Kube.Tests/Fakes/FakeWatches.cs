using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Tapedeck.Kube.Tests.Fakes;

/// <summary>The open watches of a <see cref="FakeApiServer"/>, and the ways in which they end.</summary>
internal sealed class FakeWatches
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<FakeEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;

    internal int Open => Volatile.Read(ref _open);

    internal static bool Wants(HttpRequest request) => request.Query["watch"] == "true";

    /// <summary>Ends all watches as a server does whose time is over.</summary>
    internal void End() => EndAs(new(null, false));

    /// <summary>Breaks all watches off in the middle of a line.</summary>
    internal void BreakInALine() => EndAs(new("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"na", true));

    /// <summary>Has all watches say something and then end.</summary>
    internal void Say(string line) => EndAs(new(line + "\n", false));

    /// <summary>Sends a bookmark into all watches that are opened from now on, before anything else.</summary>
    internal bool Bookmarks { get; set; }

    /// <summary>Whether a version that is forgotten is told by the answer's code, and not inside the stream. API servers do both.</summary>
    internal bool GoneByCode { get; set; }

    internal async Task AnswerAsync(HttpContext context, FakeObjects objects)
    {
        var since = long.Parse(context.Request.Query["resourceVersion"]!, CultureInfo.InvariantCulture);
        if (GoneByCode && objects.Forgot(since))
        {
            await FakeApiServer.Status(410, "Expired", "too old resource version")(context);
            return;
        }
        Task<FakeEnd> end;
        lock (_lock)
        {
            end = _end.Task;
        }
        Interlocked.Increment(ref _open);
        try
        {
            await StreamAsync(context, objects, since, end);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task StreamAsync(HttpContext context, FakeObjects objects, long since, Task<FakeEnd> end)
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync();
        while (true)
        {
            var (changes, more) = objects.After(since, context.Request.Path.Value!);
            if (changes is null)
            {
                await WriteAsync(context, $"{{\"type\":\"ERROR\",\"object\":{FakeApiServer.StatusObject(410, "Expired", "too old resource version").ToJsonString()}}}\n");
                return;
            }
            foreach (var change in changes)
            {
                await WriteAsync(context, $"{{\"type\":\"{change.Type}\",\"object\":{change.Json}}}\n");
                since = change.Version;
            }
            if (Bookmarks)
            {
                await WriteAsync(context, $"{{\"type\":\"BOOKMARK\",\"object\":{{\"kind\":\"Thing\",\"metadata\":{{\"resourceVersion\":\"{since}\"}}}}}}\n");
            }
            if (await Task.WhenAny(end, more).WaitAsync(context.RequestAborted) == end)
            {
                await EndAsync(context, await end);
                return;
            }
        }
    }

    private static async Task EndAsync(HttpContext context, FakeEnd end)
    {
        if (end.Last is { } last)
        {
            await WriteAsync(context, last);
        }
        if (end.Abort)
        {
            context.Abort();
        }
    }

    private static async Task WriteAsync(HttpContext context, string text)
    {
        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private void EndAs(FakeEnd how)
    {
        lock (_lock)
        {
            _end.SetResult(how);
            _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <param name="Last">What is still written.</param>
    /// <param name="Abort">Whether the connection is then cut.</param>
    private sealed record FakeEnd(string? Last, bool Abort);
}
