using System.Collections.Immutable;
using Tapedeck.Manifest;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Server.Serving;

/// <summary>A tool that is to be served, and its policies.</summary>
/// <param name="Folder">What relative paths of the tool begin at.</param>
/// <param name="Policies">What selects the tool, by the signers of its artifact that were verified, under the given generation.</param>
internal sealed record DesiredTool(WasmTool Tool, string Folder, Func<long, ImmutableArray<Signer>, MergeInput> Policies);
