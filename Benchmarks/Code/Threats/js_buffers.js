const kept = [];
for (let i = 0; i < 64; i++) kept.push(Buffer.alloc(32 << 20, 1));
console.log(5);
