using Tapedeck.Manifest.Specs;
using Tapedeck.Manifest.Writing;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Operator.Artifacts;

/// <summary>What a registry is to be asked for.</summary>
/// <param name="Trigger">The annotation that asks for it now; empty for none.</param>
internal sealed record ResolveRequest(string Namespace, OciSource Source, VerifySpec? Verify, string Trigger)
{
    /// <summary>What the status names; null for nothing. No part of the question.</summary>
    internal Artifact? Recorded { get; init; }

    /// <summary>Another hash is another question.</summary>
    internal string Inputs { get; } = InputsOf(Source, Verify);

    internal static string InputsOf(WasmToolSpec spec) => spec.Component is OciSource source ? InputsOf(source, spec.Verify) : "";

    /// <summary>Another one has the same question asked again now: somebody wants it, or there is other help with it.</summary>
    internal string Occasion => string.Join('\n', [Trigger, Source.PlainHttp ? "plain" : "TLS", Source.CertificateConfigMap ?? "", .. Source.PullSecrets]);

    /// <summary>How often and with whose help it is asked is no part of the question.</summary>
    private static string InputsOf(OciSource source, VerifySpec? verify)
    {
        var asked = new OciSource(source.Repository, source.Ref);
        return Names.FullHash(JsonText.Write(WasmToolNodes.Of(new WasmToolSpec { Component = asked, Verify = verify })));
    }
}
