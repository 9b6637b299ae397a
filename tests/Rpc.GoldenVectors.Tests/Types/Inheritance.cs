namespace Rpc.GoldenVectors.Tests.Types;

// object 2: A i32, V i32
public class BaseA { public int A { get; set; } public virtual int V { get; set; } }

// object 3: A i32, V i32 (base first; override keeps the base position), B string
public class MidB : BaseA { public string? B { get; set; } public override int V { get => base.V; set => base.V = value; } }

// object 4: A i32, V i32, B string, C i64
public class LeafC : MidB { public long C { get; set; } }

// object 2: X i32, Y i32
public class ShadowBase { public int X { get; set; } public int Y { get; set; } }

// object 3: members are X i32, Y i32, Z i32 in an order the hex shows (X re-declared with new: the last declaration of a name wins, at the derived position: Y, X, Z)
public class ShadowDerived : ShadowBase { public new int X { get; set; } public int Z { get; set; } }

// plain base class, no attribute
public class NotAttrBase { public int Root { get; set; } }

// object 2: Root i32 (members of unattributed bases are included), Leaf i32
public class FromNotAttr : NotAttrBase { public int Leaf { get; set; } }

// object 2: A i32, B string
public record Rec(int A, string? B);

// object 3: A i32, B string, C i32
public record RecBody(int A, string? B) { public int C { get; init; } }

// object 3: A i32, B string, D f64
public record RecDerived(int A, string? B, double D) : Rec(A, B);

// object 2 (value type with references: header is written, never null): A i32, B string
public record struct RecStruct(int A, string? B);

// unmanaged 8 bytes: A i32@0, B i32@4 (no header)
public record struct RecStructU(int A, int B);
