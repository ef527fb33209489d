using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Matching;

/// <summary><see cref="AllowMatch"/> or <see cref="DenyMatch"/>.</summary>
internal delegate RuleMatch NetworkMatch(NetworkEntry entry, in HostRequest request, in AddressFacts facts);
