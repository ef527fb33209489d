using System.Collections.Immutable;
using Tapedeck.Components;
using Tapedeck.Manifest;
using Tapedeck.Mcp;
using Tapedeck.Oci;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Sigstore;
using Tapedeck.Policy.Specs;
using Tapedeck.Server.Tools;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Loading;

/// <summary>From a WasmTool to something that can be called: pull, verify, compile, link, name. Each step may be the last.</summary>
internal sealed class ToolLoader(Services services)
{
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
        var moved = resolved.IsOk ? services.Tags?.Look(source, resolved.Value.Digest) : null;
        if (moved is not null && AsksForSignatures(tool, seat) && !services.Tags!.IsAllowed(source))
        {
            return (null, new LoadFailure(LoadFailure.RolledBack, $"{moved}; {TagCheck.Advice(source)}", true));
        }
        var pulled = resolved.IsOk ? await puller.Pull(resolved.Value.Pinned, services.Progress, cancellationToken) : resolved.Error;
        services.Telemetry.Pulled(pulled.IsOk ? "ok" : pulled.Error.Kind.ToString());
        if (!pulled.IsOk)
        {
            return (null, new LoadFailure(LoadFailure.PullFailed, pulled.Error.ToString(), pulled.Error is RetryableError));
        }
        var (verification, refused) = await VerifyAsync(tool, source, puller, pulled.Value.Digest, cancellationToken);
        var signed = verification is null ? Signed.Nobody : new Signed(Trust.SignersOf(tool.Spec.Verify!, verification, services.Mounts.BelievesTools), verification.Notices);
        refused ??= Forbidden(source, signed, seat) ?? CrashesOf(pulled.Value.Digest.ToString());
        return refused is null ? Record(source, Make(tool, source, pulled.Value, signed, moved, seat), pulled.Value.Digest) : (null, refused);
    }

    private static LoadFailure? Forbidden(Source source, Signed signed, ToolSeat seat) =>
        seat.Gate.Current.Artifacts.Refuse(RepositoryOf(source), signed.By) is { } reason ? new LoadFailure(LoadFailure.NotAllowed, reason, false) : null;

    /// <summary>Remembers what is taken into use, and only that: a version that was refused and is withdrawn makes no rollback.</summary>
    private (LoadedTool?, LoadFailure?) Record(Source source, (LoadedTool? Tool, LoadFailure? Failure) made, Digest digest)
    {
        if (made.Tool is null || services.Tags?.Record(source, digest) is not { } unwritten)
        {
            return made;
        }
        made.Tool.Dispose();
        return (null, new LoadFailure(LoadFailure.PullFailed, unwritten.ToString(), true));
    }

    private static bool AsksForSignatures(WasmTool tool, ToolSeat seat) =>
        tool.Spec.Verify is not null || seat.Gate.Current.Artifacts.Requirements.Any(requirement => requirement.RequiresSignature);

    private LoadFailure? CrashesOf(string digest) => services.Crashes is { } ledger && ledger.FallsOf(digest) is { AreTooMany: true } falls
        ? new LoadFailure(
            LoadFailure.CrashedBefore,
            $"the process fell while it called {digest}, in the last {CrashLedger.Memory.TotalHours:0} hours {falls}; it may be loaded again when that is longer ago, or when {ledger.CountFile(digest)} is removed",
            false)
        : null;

    private async Task<(Verification?, LoadFailure?)> VerifyAsync(WasmTool tool, Source source, Puller puller, Digest digest, CancellationToken cancellationToken)
    {
        if (tool.Spec.Verify is not { } spec)
        {
            return (null, null);
        }
        if (puller.Open(source) is not { } repository)
        {
            return (null, new LoadFailure(LoadFailure.NotVerified, $"{source}: a file has no signatures; take away spec.verify, or serve the component from a registry or an image layout", false));
        }
        TrustedRoot? root = null;
        if (spec.TrustedRootConfigMap is not null || spec.NeedsTrustedRoot)
        {
            if (services.Mounts.TrustedRoot(spec.TrustedRootConfigMap, out var missing) is not { } json)
            {
                return (null, new LoadFailure(LoadFailure.NotVerified, missing, true));
            }
            root = TrustedRoot.Read(json, services.Time.GetUtcNow(), out var unreadable);
            if (root is null)
            {
                return (null, new LoadFailure(LoadFailure.NotVerified, $"the trusted root{(spec.TrustedRootConfigMap is { } configMap ? $" of the ConfigMap {configMap}" : "")}: {unreadable}", false));
            }
        }
        if (Trust.Of(spec, root, out var problem) is not { } policy)
        {
            return (null, new LoadFailure(LoadFailure.NotVerified, problem, false));
        }
        var verification = await services.Verifier.Verify(repository, digest, policy, cancellationToken);
        return verification.IsAllowed
            ? (verification, null)
            : (verification, new LoadFailure(LoadFailure.NotVerified, $"no signature of {repository.Name}@{digest} counts: {string.Join("; ", verification.Attempts.Take(5))}", verification.Retry is not null));
    }

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
            tool.QualifiedName, source.ToString(), pulled.Digest.ToString(), RepositoryOf(source), pulled.Bytes.Length,
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
