using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tapedeck.Exposition;
using Tapedeck.Server.Loading;

namespace Tapedeck.Server.Serving;

/// <summary>The operations port: health, readiness, status and metrics. No secrets, and nothing that a caller said.</summary>
internal sealed class Operations(Deck deck, PrometheusText metrics)
{
    private volatile bool _isDraining;

    internal void Map(IEndpointRouteBuilder endpoints)
    {
        // RequestDelegates: for any other signature ASP.NET Core compiles expressions, which costs an idle pod megabytes.
        endpoints.MapGet("/healthz", static context => SayAsync(context, StatusCodes.Status200OK, "ok\n"));
        endpoints.MapGet("/readyz", context => IsReady
            ? SayAsync(context, StatusCodes.Status200OK, "ready\n")
            : SayAsync(context, StatusCodes.Status503ServiceUnavailable, string.Join('\n', WhyNotReady()) + "\n"));
        endpoints.MapGet("/status", context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(Status()).AsTask();
        });
        endpoints.MapGet("/metrics", context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return context.Response.WriteAsync(metrics.Write());
        });
    }

    /// <summary>True once every tool can be called.</summary>
    internal bool IsReady => !_isDraining && deck.Status is { IsLoaded: true, Collisions.IsEmpty: true } && deck.Tools.Any() && deck.Tools.All(tool => tool.Current is not null);

    /// <summary>From now on it is not ready, so that nobody new is sent here.</summary>
    internal void Drain() => _isDraining = true;

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text);
    }

    private IEnumerable<string> WhyNotReady()
    {
        if (_isDraining)
        {
            yield return "the process is stopping";
        }
        foreach (var collision in deck.Status.Collisions)
        {
            yield return collision;
        }
        if (!deck.Status.IsLoaded)
        {
            yield return "the tools are being loaded";
        }
        else if (!deck.Tools.Any())
        {
            yield return "there are no tools";
        }
        foreach (var tool in deck.Tools.Where(tool => tool.Current is null))
        {
            yield return tool.Failure is { } failure ? $"{tool.Tool.QualifiedName}: {failure.Reason}: {failure.Message}" : $"{tool.Tool.QualifiedName} is being loaded";
        }
    }

    internal byte[] Status()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("ready", IsReady);
            Strings(writer, "notReady", IsReady ? [] : WhyNotReady());
            Strings(writer, "problems", deck.Status.Problems.Concat(deck.Status.Collisions));
            writer.WriteStartArray("tools");
            foreach (var tool in deck.Tools)
            {
                Write(writer, tool);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, ServedTool tool)
    {
        var grants = tool.Policies;
        writer.WriteStartObject();
        writer.WriteString("name", tool.Tool.QualifiedName);
        writer.WriteBoolean("serving", tool.Current is not null);
        if (tool.Failure is { } failure)
        {
            writer.WriteStartObject("failure");
            writer.WriteString("reason", failure.Reason);
            writer.WriteString("message", failure.Message);
            writer.WriteBoolean("retryable", failure.IsRetryable);
            writer.WriteEndObject();
        }
        writer.WriteStartObject("policy");
        writer.WriteNumber("generation", grants.Generation);
        if (grants.Hash.Length > 0)
        {
            writer.WriteString("hash", grants.Hash);
        }
        writer.WriteString("mode", grants.Mode.ToString());
        Strings(writer, "policies", grants.Policies);
        Strings(writer, "problems", grants.Problems);
        Strings(writer, "conflicts", grants.Conflicts);
        Strings(writer, "unavailable", tool.Seat.Options.Problems(grants));
        writer.WriteEndObject();
        writer.WriteString("limits", grants.Limits.ToString());
        writer.WriteNumber("running", tool.Seat.Slots.Running);
        if (tool.Current is { } current)
        {
            Write(writer, current, grants);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LoadedTool current, Policy.Grants grants)
    {
        writer.WriteStartObject("artifact");
        writer.WriteString("source", current.Facts.Source);
        writer.WriteString("digest", current.Facts.Digest);
        writer.WriteNumber("bytes", current.Facts.Bytes);
        Strings(writer, "imports", current.Facts.Imports);
        Strings(writer, "signers", current.Facts.Signers.Select(signer => signer.ToString()));
        Strings(writer, "notices", current.Facts.Notices);
        writer.WriteEndObject();
        Strings(writer, "requestedCapabilities", current.Requested);
        Strings(writer, "missingCapabilities", Capabilities.Missing(current.Requested, grants));
        writer.WriteString("toolsHash", current.Toolset.Hash);
        writer.WriteStartArray("tools");
        foreach (var function in current.Toolset.Served)
        {
            writer.WriteStartObject();
            writer.WriteString("name", function.Name);
            writer.WriteString("export", function.Export);
            writer.WriteString("description", function.Description);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("unserved");
        foreach (var function in current.Toolset.Unserved)
        {
            writer.WriteStartObject();
            writer.WriteString("export", function.Export);
            writer.WriteString("reason", function.Reason);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Strings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }
        writer.WriteEndArray();
    }
}
