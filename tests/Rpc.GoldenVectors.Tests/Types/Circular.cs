namespace Rpc.GoldenVectors.Tests.Types;

// circular reference 3: 0 Name string, 1 Parent Node, 2 Children List<Node>
[RpcPayload(RpcPayloadLayout.CircularReference)]
public class Node
{
    [RpcOrder(0)] public string? Name { get; set; }
    [RpcOrder(1)] public Node? Parent { get; set; }
    [RpcOrder(2)] public List<Node?>? Children { get; set; }
    public static Node SelfLoop() { var n = new Node { Name = "self" }; n.Parent = n; return n; }
    public static Node Tree() { var r = new Node { Name = "root", Children = new() }; r.Children!.Add(new Node { Name = "a", Parent = r }); r.Children.Add(new Node { Name = "b", Parent = r }); return r; }
    public static Node?[] Shared() { var n = new Node { Name = "s" }; return new[] { n, null, n }; }
    public static List<Node?> Many(int n) { var l = new List<Node?>(); for (int i = 0; i < n; i++) l.Add(new Node()); l.Add(l[n - 1]); return l; }
}

// circular reference 2: 0 A i32, 1 B u8 (unmanaged members only)
[RpcPayload(RpcPayloadLayout.CircularReference)]
public class CircU { [RpcOrder(0)] public int A { get; set; } [RpcOrder(1)] public byte B { get; set; } }

// circular reference 2: V i32, Next CircSeq
[RpcPayload(RpcPayloadLayout.CircularReference)]
public class CircSeq { [RpcOrder(0)] public int V { get; set; } [RpcOrder(1)] public CircSeq? Next { get; set; } public static CircSeq Ring() { var a = new CircSeq { V = 1 }; var b = new CircSeq { V = 2, Next = a }; a.Next = b; return a; } }
