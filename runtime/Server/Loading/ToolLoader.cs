using System.Collections.Immutable;
using Tapedeck.Components;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Mcp;
using Tapedeck.Oci;
using Tapedeck.Policy.Specs;
using Tapedeck.Server.Tools;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Loading;

/// <summary>From a WasmTool to something that can be called: pull, verify, compile, link, name. Each step may be the last.</summary>
internal sealed class ToolLoader(Services services)
{
    private readonly SignatureGate _signatures = new(services);

    /// <param name="folder">What relative paths of the tool begin at.</param>
    /// <param name="seat">Of the tool, whose grants are in force already.</param>
    /// <returns>The tool, or why there is none.</returns>
    internal async Task<(LoadedTool? Tool, LoadFailure? Failure)> LoadAsync(WasmTool tool, string folder, ToolSeat seat, CancellationToken cancellationToken)
    {
        var source = SourceOf.Spec(tool.Spec.Component, folder);
        if (!source.IsOk)
        {
            return (null, new LoadFailure(LoadFailure.InvalidSource, source.Error.ToString(), false));
        }
        var (own, unusable) = services.ToolPulls is { } pulls ? await pulls.OfAsync(tool.Spec.Component, cancellationToken) : (null, "");
        using (own)
        {
            return unusable.Length == 0
                ? await LoadAsync(tool, source.Value, own ?? services.Puller, seat, cancellationToken)
                : (null, new LoadFailure(LoadFailure.PullFailed, $"{source.Value}: {unusable}", true));
        }
    }

    private async Task<(LoadedTool?, LoadFailure?)> LoadAsync(WasmTool tool, Source source, Puller puller, ToolSeat seat, CancellationToken cancellationToken)
    {
        var resolved = await puller.Resolve(source, cancellationToken);
        var pulled = resolved.IsOk ? await puller.Pull(resolved.Value.Pinned, services.Progress, cancellationToken) : resolved.Error;
        services.Telemetry.Pulled(pulled.IsOk ? "ok" : pulled.Error.Kind.ToString());
        if (!pulled.IsOk)
        {
            return (null, new LoadFailure(LoadFailure.PullFailed, pulled.Error.ToString(), pulled.Error is RetryableError));
        }
        var (verification, refused) = await _signatures.VerifyAsync(tool, source, puller, pulled.Value.Digest, cancellationToken);
        // Anybody can make another index about the same manifest, and a manifest may be signed as well as its index, so it is the manifest that must not go back.
        var ran = pulled.Value.Manifest ?? pulled.Value.Digest;
        var (moved, rolledBack) = LookBack(tool, source, ran, seat);
        var signed = verification is null ? Signed.Nobody : new Signed(Trust.SignersOf(tool.Spec.Verify ?? new VerifySpec(), verification, services.Mounts.BelievesTools), verification.Notices);
        refused ??= rolledBack ?? Forbidden(source, signed, seat) ?? CrashesOf(pulled.Value.ContentDigest.ToString());
        return refused is null ? Record(source, Make(tool, source, pulled.Value, signed, moved, seat), ran, pulled.Value) : (null, refused);
    }

    /// <summary>What is to be said of a tag that went back, or why it is not followed.</summary>
    private (string? Notice, LoadFailure? Failure) LookBack(WasmTool tool, Source source, Digest digest, ToolSeat seat)
    {
        var moved = services.Tags?.Look(source, digest);
        return moved is not null && AsksForSignatures(tool, source, seat) && !services.Tags!.IsAllowed(source)
            ? (null, new LoadFailure(LoadFailure.RolledBack, $"{moved}; {TagCheck.Advice(source)}", true))
            : (moved, null);
    }

    private static LoadFailure? Forbidden(Source source, Signed signed, ToolSeat seat) =>
        seat.Gate.Current.Artifacts.Refuse(RepositoryOf(source), signed.By) is { } reason ? new LoadFailure(LoadFailure.NotAllowed, reason, false) : null;

    /// <summary>Remembers what is taken into use, and only that: a version that was refused and is withdrawn makes no rollback.</summary>
    private (LoadedTool?, LoadFailure?) Record(Source source, (LoadedTool? Tool, LoadFailure? Failure) made, Digest digest, PulledComponent pulled)
    {
        if (made.Tool is null)
        {
            return made;
        }
        if (services.Tags?.Record(source, digest) is not { } unwritten)
        {
            services.Cache?.Keep(made.Tool.Facts.Tool, pulled.Blobs);
            return made;
        }
        made.Tool.Dispose();
        return (null, new LoadFailure(LoadFailure.PullFailed, unwritten.ToString(), true));
    }

    private bool AsksForSignatures(WasmTool tool, Source source, ToolSeat seat) =>
        _signatures.AsksFor(tool, source) || seat.Gate.Current.Artifacts.Requirements.Any(requirement => requirement.RequiresSignature);

    private LoadFailure? CrashesOf(string digest) => services.Crashes is { } ledger && ledger.FallsOf(digest) is { AreTooMany: true } falls
        ? new LoadFailure(
            LoadFailure.CrashedBefore,
            $"the process fell while it called {digest}, in the last {CrashLedger.Memory.TotalHours:0} hours {falls}; it may be loaded again when that is longer ago, or when {ledger.CountFile(digest)} is removed",
            false)
        : null;

    private (LoadedTool?, LoadFailure?) Make(WasmTool tool, Source source, PulledComponent pulled, Signed signed, string? moved, ToolSeat seat)
    {
        Component component;
        try
        {
            component = Component.Compile(services.Engine, pulled.Bytes);
        }
        catch (InvalidComponentException exception)
        {
            return (null, new LoadFailure(LoadFailure.InvalidComponent, $"{source}: {exception.Message}", false));
        }
        var failure = Link(tool, component, out var template, out var toolset);
        if (failure is not null)
        {
            component.Dispose();
            return (null, failure);
        }
        var facts = new ArtifactFacts(
            tool.QualifiedName, source.ToString(), pulled.Digest.ToString(), pulled.ContentDigest.ToString(), RepositoryOf(source), pulled.Bytes.Length,
            [.. component.Wit.Imports.Interfaces.Select(item => item.Name).Concat(component.Wit.Imports.Functions.Select(function => function.Name))],
            signed.By,
            [.. signed.Notices, .. moved is null ? [] : new[] { moved }]);
        var loaded = new LoadedTool(services, seat, facts, component, template!, toolset!);
        if (Unlisted(loaded) is { } unlisted)
        {
            loaded.Dispose();
            return (null, unlisted);
        }
        return (loaded, null);
    }

    /// <summary>Whether clients can be told of it is found out here, where it is this tool's own failure, and not when all tools are published together.</summary>
    private static LoadFailure? Unlisted(LoadedTool loaded)
    {
        try
        {
            _ = new Catalogue(loaded.Tools);
            return null;
        }
        catch (ArgumentException exception)
        {
            return new LoadFailure(LoadFailure.InvalidTools, exception.Message, false);
        }
    }

    private LoadFailure? Link(WasmTool tool, Component component, out ComponentTemplate? template, out Toolset? toolset)
    {
        (template, toolset) = (null, null);
        try
        {
            template = component.Prepare(services.Linker);
        }
        catch (ComponentLinkException exception)
        {
            return new LoadFailure(LoadFailure.MissingImports, exception.Message, false);
        }
        catch (LimitException exception)
        {
            return new LoadFailure(LoadFailure.InvalidComponent, exception.Message, false);
        }
        toolset = Toolset.Of(component.Wit, tool.Spec.Tools);
        return toolset.Problems.IsEmpty ? null : new LoadFailure(LoadFailure.InvalidTools, string.Join("; ", toolset.Problems), false);
    }

    /// <param name="By">Empty where nobody was asked for a signature.</param>
    private sealed record Signed(ImmutableArray<Signer> By, ImmutableArray<string> Notices)
    {
        internal static Signed Nobody { get; } = new([], []);
    }

    private static string RepositoryOf(Source source) => source is Source.Registry registry ? registry.Reference.Name : source.ToString();
}
